"""One file per contender, run by its own environment's Python. Each knows nothing of the others.

`program.py URL VERB N [TENANTS]`; each prints one JSON object. What is put in is there before the
clock starts, for everybody: a job of ours as the service has it, the arguments of a peer's job.
Making text of it is inside. Times are pairs of a job's number and seconds of the machine's clock.
    single N    put N no-op jobs in, one call after the other       {"seconds"}
    batch N     the same by 500, where there is such a call; else    {"seconds"}
                a hundred single calls at once
    work N      take N jobs that were put in before, then leave  {"seconds"}: first to last start
    listen N    the same; the jobs come one by one                   {"times"}
    send N      put N jobs in, 10 ms apart                           {"times"}
    serve PATH  take jobs until killed; each adds its number to a file and rests 5 ms

Every peer runs at its best: with its fastest parser, without results or logs, a hundred jobs at
once where that helps it, and keeps jobs until they are done. What else is set, its program tells.
"""
