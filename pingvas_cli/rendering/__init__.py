"""Turns a configuration into files: the same configuration gives the same bytes, everywhere.

`targets` and `manifests` say which template or module makes which file, `contexts` makes every
decision, `seeds` names files that others go on with, `environment` is the one place that knows
Jinja, `renderer` is pure, `writer` alone touches the folder it renders into. This room must not
run programs, read a clock or ask a cloud.
"""
