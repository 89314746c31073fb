"""Tokens read into nodes by TeX's grammar: groups, scripts, numbers; commands are looked up."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.markup.formulas import symbols
from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.nodes import Fraction, Glyph, Node, NotLinearError, Row, Script, items_of
from bot.markup.formulas.tokens import Token

_MAX_DEPTH = 24
_PRIME = Glyph("′", "ord")
_THOUSANDS = 3
_CLOSE = Token("char", "}")
_GROUP_END = frozenset({_CLOSE})
_OVER = Token("command", "over")
_NO_END: frozenset[Token] = frozenset()

Command: TypeAlias = Callable[["Reader", str], Node | None]
Switch: TypeAlias = Callable[[Row, str], Node]


class Reader(Cursor):
    """Reads one formula.

    `commands` read what follows their name; `switches` (`\\bf`) restyle the rest of the group they stand in.
    """

    def __init__(
        self, tokens: Sequence[Token], commands: Mapping[str, Command], switches: Mapping[str, Switch]
    ) -> None:
        super().__init__(tokens)
        self._commands = commands
        self._switches = switches
        self._depth = 0

    def whole(self) -> Row:
        row = self.row(_NO_END)
        if not self.at_end:
            raise NotLinearError
        return row

    def row(self, stops: frozenset[Token]) -> Row:
        """Items up to a stop, which is left for the caller, or to the end."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotLinearError
        items: list[Node] = []
        while (token := self.peek()) and token not in stops:
            if token == _CLOSE:
                raise NotLinearError
            if token.kind == "space":
                self.next()
            elif token.kind == "char" and token.text in "^_'":
                self._script(items)
            elif token.kind == "command" and token.text in self._switches:
                self.next()
                items.append(self._switches[token.text](self.row(stops), token.text))
            elif token == _OVER:
                self.next()
                items = [Fraction(Row(tuple(items)), self.row(stops))]
            elif (node := self.item()) is not None:
                items.append(node)
        self._depth -= 1
        return Row(tuple(items))

    def argument(self) -> Node:
        """`{…}`, or the one item that stands for it."""
        self.skip_space()
        if self.takes("{"):
            return self._braced()
        token = self.peek()
        if token is None or (token.kind == "char" and token.text in "^_&}"):
            raise NotLinearError
        if token.kind == "char" and token.text.isdigit():  # x^10 raises the 1 alone
            return Glyph(self.next().text, "number")
        return self.item() or Row(())

    def item(self) -> Node | None:
        """The next item; None for a command that shows nothing."""
        token = self.next()
        if token.kind == "command":
            return self._command(token.text)
        if token.text == "{":
            return self._braced()
        if token.text == "~":
            return Glyph(" ", "space")
        if token.text == "'":
            return _PRIME
        if token.text in "&$#^_}\\":
            raise NotLinearError
        if token.text.isdigit():
            return self._number(token.text)
        if token.text == ":" and self.takes("="):
            return Glyph(":=", "rel")
        return Glyph(*symbols.CHARACTERS.get(token.text, (token.text, "ord")))

    def _command(self, name: str) -> Node | None:
        if name in symbols.COMMANDS:
            return Glyph(*symbols.COMMANDS[name])
        if name not in self._commands:
            raise NotLinearError
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotLinearError
        node = self._commands[name](self, name)
        self._depth -= 1
        return node

    def _braced(self) -> Row:
        row = self.row(_GROUP_END)
        self.next()
        return row

    def _script(self, items: list[Node]) -> None:
        """Hang the script at hand on the item before it."""
        base = items.pop() if items and not (isinstance(items[-1], Glyph) and items[-1].kind == "space") else None
        script = base if isinstance(base, Script) else Script(base)
        mark = self.next().text
        argument = _PRIME if mark == "'" else self.argument()
        primes = _primes(argument) if mark != "_" else 0
        if primes and script.sup is None:
            items.append(Script(script.base, script.sub, None, script.primes + primes))
        elif mark == "^" and script.sup is None:
            items.append(Script(script.base, script.sub, argument, script.primes))
        elif mark == "_" and script.sub is None:
            items.append(Script(script.base, argument, script.sup, script.primes))
        else:
            raise NotLinearError

    def _number(self, digits: str) -> Glyph:
        while self._digit(0) or (self._sees(".") and self._digit(1)) or self._sees_thousands():
            digits += self.next().text
        return Glyph(digits, "number")

    def _digit(self, ahead: int) -> bool:
        token = self.peek(ahead)
        return token is not None and token.kind == "char" and token.text.isdigit()

    def _sees(self, character: str) -> bool:
        token = self.peek()
        return token is not None and token.text == character and token.kind == "char"

    def _sees_thousands(self) -> bool:
        """A comma in 1,000: three digits follow, no more."""
        return (
            self._sees(",")
            and all(self._digit(ahead) for ahead in range(1, _THOUSANDS + 1))
            and not self._digit(_THOUSANDS + 1)
        )


def _primes(node: Node) -> int:
    """How many primes a superscript is, 0 when it is anything else."""
    items = items_of(node)
    return len(items) if items and all(item == _PRIME for item in items) else 0
