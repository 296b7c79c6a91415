"""The help pages: laid out by `page`, written to files by `python -m pingvas_cli.help`.

The files in `en/` and `ko/` are what `--help` shows without importing anything; a test holds them
equal to what the commands say of themselves.
"""
