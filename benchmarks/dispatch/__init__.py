"""The generation queue beside general task queues: one server, one environment per peer."""
