"""The greeting system speaks English."""


class EnglishGreeter:
    """Greets in English."""

    def greet(self) -> str:
        """Return the greeting."""
        return "Hello Universe"


Greeter = EnglishGreeter()
