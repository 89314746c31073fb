"""The table of methods: each names the parameters it knows, so that nothing a bot sends is ignored in silence."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.params import Params
from bot.sandbox.world import World

Handler: TypeAlias = Callable[[World, Params], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """`attachments`: files may come under any name, to be used as attach://name."""

    name: str
    handler: Handler
    parameters: frozenset[str]
    attachments: bool = False

    def check(self, params: Params) -> None:
        """ApiError 400 that names the first parameter this server does not know."""
        if "parse_mode" in params:
            raise bad_request("this server takes entities only; send text with entities instead of parse_mode")
        for name in params.values:
            # python-telegram-bot repeats `attach://name` as a value beside the file of that name.
            if name not in self.parameters and not (self.attachments and name in params.uploads):
                raise bad_request(f"this server knows no parameter {name} of {self.name}")
        for name in params.uploads:
            if name not in self.parameters and not self.attachments:
                raise bad_request(f"this server takes no file {name} in {self.name}")


@dataclass
class Registry:
    """Methods by lower-case name, as the official server looks them up."""

    methods: dict[str, Method] = field(default_factory=dict)

    def method(self, name: str, *parameters: str, attachments: bool = False) -> Callable[[Handler], Handler]:
        """Register a handler under the documentation's name with the parameters it reads."""

        def register(handler: Handler) -> Handler:
            self.methods[name.lower()] = Method(name, handler, frozenset(parameters), attachments)
            return handler

        return register

    def find(self, name: str) -> Method:
        """The method of that name, whatever its case; ApiError 404 when there is none."""
        found = self.methods.get(name.lower())
        if found is None:
            raise ApiError(404, "Not Found: method not found")
        return found


def merged(registries: Iterable[Registry]) -> Registry:
    """One registry of them all; ValueError when two name the same method."""
    everything = Registry()
    for registry in registries:
        twice = everything.methods.keys() & registry.methods.keys()
        if twice:
            raise ValueError(f"method registered twice: {min(twice)}")
        everything.methods.update(registry.methods)
    return everything
