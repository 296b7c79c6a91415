"""What runs beside the requests: results in, lost leases back, lost entries again.

Each task may run in any number of replicas at once, survives the loss of Redis and PostgreSQL, and
stops when it is cancelled.
"""
