"""What every service stands on: a closed list of rooms that name no service.

app settings errors access db sql metrics logs health idempotency pagination. Each takes its
settings as arguments. Something that only one service needs does not belong here.
"""
