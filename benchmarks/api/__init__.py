"""What a request costs: our submit beside a bare handler and an ORM's, and row security by itself.

`python -m benchmarks.api [ROUNDS] [SECONDS]` starts PostgreSQL, Valkey and each contender, one at
a time and in changing order, and sends all of them the same requests with wrk. What each wrote is
counted afterwards: jobs, holds and queue entries must be as many as the answers.
"""
