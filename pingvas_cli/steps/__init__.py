"""Resumable work that knows no cloud: step, plan, runner, journal, lock.

`bootstrap`, `release` and `recovery` are made of these. Nothing here may know what a step does.
"""
