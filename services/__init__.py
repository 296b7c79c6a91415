"""The five services, their kernel, and the messages and queue they share with the worker.

This package is a folder of rooms: it imports nothing, so that the worker can reach
`services.contracts` and `services.dispatch` without the services' own libraries.
"""
