"""One file per contender, run by its own environment's Python. Each knows nothing of the others.

`program.py URL VERB N [TENANTS]`; each prints one JSON object.
    single N    put N no-op jobs in, one call after the other       {"seconds"}
    batch N     the same by 500, where there is such a call          {"seconds"}
    work N      take N jobs that were put in before, then leave  {"seconds"}: first to last start
    listen N    the same; each job carries when it was put in        {"delays_ms"}
    send N      put N such jobs in, 10 ms apart                      {"seconds"}
    serve PATH  take jobs until killed; each adds its number to a file and rests 5 ms
"""
