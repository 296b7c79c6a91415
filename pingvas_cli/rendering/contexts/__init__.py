"""What templates see: frozen values in which every decision is made already."""
