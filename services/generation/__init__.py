"""The generation service: takes jobs, holds their price, hands them out, records what came back.

PostgreSQL is the record; the queue is rebuilt from it. It must never touch pictures themselves.
"""
