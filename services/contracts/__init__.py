"""Messages between programs: what one release writes and another one reads.

Pydantic and the standard library only. Shapes here may gain optional fields; they never lose or
rename one while a release that writes it can still run beside the newer.
"""
