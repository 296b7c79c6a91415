"""The images as they are built and run: real builds, real containers, real servers."""
