"""`python -m bot` is the `heliograph` command."""

from bot.cli import main

if __name__ == "__main__":
    main()
