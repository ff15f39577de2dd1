"""`python -m automation` is the `vetportal` command."""

from automation.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
