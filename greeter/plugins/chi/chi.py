"""The greeting system speaks Chinese."""


class ChineseGreeter:
    """Greets in Chinese."""

    def greet(self) -> str:
        """Return the greeting."""
        return "你好宇宙"


Greeter = ChineseGreeter()
