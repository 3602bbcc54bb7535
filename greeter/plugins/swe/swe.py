"""The greeting system speaks Swedish."""


class SwedishGreeter:
    """Greets in Swedish."""

    def greet(self) -> str:
        """Return the greeting."""
        return "Hejsan Världen!"


Greeter = SwedishGreeter()
