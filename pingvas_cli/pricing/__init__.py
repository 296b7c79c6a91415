"""What a month costs: prices with their sources, and what is billed of the resources of a plan.

A pure room: it is given resources and the configuration, and reads no file and asks no one. Money
is Decimal, in US dollars; a month has 730 hours. A price that no source gives is unknown and makes
a total say "at least"; it is never guessed.
"""
