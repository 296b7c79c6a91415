"""How many events a second one process hands to a thousand watchers, beside Starlette's own means.

`python -m benchmarks.sse [SECONDS [ROUNDS]]` starts PostgreSQL, Valkey and each server as a process
on one core, and reads from the other. All servers read the same stream in Valkey; ours is
`python -m services.generation`, with tokens, edge and row security. The peers get an environment
of their own, uvicorn with uvloop, bytes made once for all clients, and garbage collection set as
ours.
"""
