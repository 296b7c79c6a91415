"""The doctor: each check by a world that it must complain of, and one that it must not."""
