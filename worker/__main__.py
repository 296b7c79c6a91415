"""`python -m worker`: nothing here but the way in."""

from worker.main import main

if __name__ == "__main__":
    main()
