"""Checkpoints: installing them, listing them, and keeping loaded ones in memory.

A checkpoint is a folder in diffusers' layout with a `checkpoint.json`. Only safetensors are
accepted: pickled weights can run code when they are read.
"""
