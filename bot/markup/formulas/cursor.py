"""A walk over tokens."""

from collections.abc import Sequence

from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.tokens import Token


class Cursor:
    """Where a reader stands; running off the end is NotLinearError."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def next(self) -> Token:
        at = self._at
        if at >= len(self._tokens):
            raise NotLinearError
        self._at = at + 1
        return self._tokens[at]

    def skip_space(self) -> None:
        while (token := self.peek()) and token.kind == "space":
            self._at += 1

    def takes(self, character: str) -> bool:
        """Step over `character` when it is next."""
        token = self.peek()
        if token is None or token.text != character or token.kind != "char":
            return False
        self._at += 1
        return True

    def group(self) -> list[Token]:
        """The tokens of `{…}` without the braces, or the one token that stands for a group."""
        self.skip_space()
        first = self.next()
        if first != Token("char", "{"):
            return [first]
        depth, start = 1, self._at
        while depth:
            token = self.next()
            if token.kind == "char":
                depth += (token.text == "{") - (token.text == "}")
        return list(self._tokens[start : self._at - 1])

    def raw(self) -> str:
        """`{…}` as written, without the braces."""
        return "".join(token.source for token in self.group())
