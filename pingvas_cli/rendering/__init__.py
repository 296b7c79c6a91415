"""Turns a configuration into files: the same configuration gives the same bytes, everywhere.

`targets` says which template or module makes which file, `contexts` makes every decision,
`environment` is the one place that knows Jinja, `renderer` is pure, `writer` alone touches the
folder it renders into. This room must not run programs, read a clock or ask a cloud.
"""
