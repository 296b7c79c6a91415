"""Progress to those who watch: news from Redis and states from PostgreSQL, fanned out in process.

`news` is one piece and its encodings, `ledger` what is known of each job, `hub` who listens,
`watcher` one of them, `lines` the two protocols, `record` the states as PostgreSQL has them, `tail`
where news comes from, `desk` and `stream` how somebody is served, `life` all of it put together.

Nobody here waits for a slow watcher, and Redis is never asked for a fact: whatever it lost is told
from the record.
"""
