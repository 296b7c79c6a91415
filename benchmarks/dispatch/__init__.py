"""The generation queue beside general task queues: one server, one environment per peer.

`python -m benchmarks.dispatch [--newest-python PATH] [--peers NAME ...] [--rounds N]`; `--help`
explains the words. The first run makes the peers' environments (316 MB, from PyPI). All run in turn
on one server without disk, on this machine: only ratios within one run mean something, and only on
a machine that does nothing else. `programs` says what is measured, and how each peer is set.
"""
