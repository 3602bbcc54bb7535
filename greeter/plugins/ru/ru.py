"""The greeting system speaks Russian."""


class RussianGreeter:
    """Greets in Russian."""

    def greet(self) -> str:
        """Return the greeting."""
        return "Здравствуй, вселенная!"


Greeter = RussianGreeter()
