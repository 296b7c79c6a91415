"""The ten tables, their policies and grants, and the program that brings a schema up to date.

Plain SQL in `versions/`, run by dbmate as the owner role. No service imports this room, and it
imports none: a release runs it before its services start.
"""
