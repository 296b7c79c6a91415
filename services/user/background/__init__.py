"""What runs beside the requests: letters are sent, accounts emptied, leftovers deleted.

Each task may run in any number of replicas at once, survives the loss of PostgreSQL and of the
mail server, and stops when it is cancelled.
"""
