"""What must hold on AWS beyond what each section says of itself: dates, names, addresses, paths.

`invariants` is read first: every check in one tuple. Checks are pure functions of the platform and
a day. This room must not run programs or read a clock.
"""
