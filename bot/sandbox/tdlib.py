"""The real TDLib as a judge of entities and finder of links, where the package tdjson is installed."""

import importlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

Execute = Callable[[bytes], bytes | str]


@cache
def _execute() -> Execute | None:
    try:
        module = importlib.import_module("tdjson")
    except ImportError:
        return None
    execute: Execute = module.td_execute
    execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    return execute


def installed() -> bool:
    return _execute() is not None


def _ask(execute: Execute, request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(execute(json.dumps(request).encode()))
    return answer


def judge_entities(text: str, entities: list[dict[str, Any]]) -> tuple[bool, str | None]:
    """Whether TDLib was asked, and its objection to these td_api textEntity objects (None: none)."""
    execute = _execute()
    if execute is None:
        return False, None
    formatted = {"@type": "formattedText", "text": text, "entities": entities}
    answer = _ask(execute, {"@type": "getMarkdownText", "text": formatted})
    return True, answer["message"] if answer["@type"] == "error" else None


def find_entities(text: str) -> list[tuple[str, int, int]] | None:
    """Links, mentions, hashtags and commands as (td_api type, offset, length); None when TDLib is not here."""
    execute = _execute()
    if execute is None:
        return None
    answer = _ask(execute, {"@type": "getTextEntities", "text": text})
    return [(e["type"]["@type"], e["offset"], e["length"]) for e in answer.get("entities", [])]
