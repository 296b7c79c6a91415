"""What runs beside the requests: thumbnails, archives, purges, views, and new keys to sign with.

Each task may run in any number of replicas at once, survives the loss of PostgreSQL and the object
store, and stops when it is cancelled.
"""
