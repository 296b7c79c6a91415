"""What runs beside the requests: installations, removals, hints to workers, and tidying up.

Each task may run in any number of replicas at once, and stops when it is cancelled.
"""
