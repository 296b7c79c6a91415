"""What a submit asks about the world, remembered for a moment so that it costs no round trip.

Each fact says how old it may be. Nothing here is binding: what must hold is checked again in the
statement that takes the job.
"""
