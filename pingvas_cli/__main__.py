"""`python -m pingvas_cli` is `pingvas`."""

from pingvas_cli import main

main()
