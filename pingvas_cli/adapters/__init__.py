"""The only rooms that touch the world; one file for each port, under the same name.

Vendor exceptions are translated here; none passes this boundary. Heavy libraries load when used.
"""
