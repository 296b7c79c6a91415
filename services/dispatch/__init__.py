"""The generation queue on Redis: the generation service fills it, workers empty it.

Imports contracts and redis-py only. It is rebuildable by design: PostgreSQL is the record, and what
Redis loses the generation service puts back. Nothing here may be the only place that knows a fact.
"""
