"""Checks that parts of a plan have the types of the contract. The runtime breaks off without a word on a wrong one, and
on a text that is not Unicode; so each is refused by name before."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .failure import Failure

T = TypeVar("T")
_BITS = 32


def whole(value: T, at: str) -> T:
    """`value`, when it is whole; else raises a failure that names the place. `at` names the value itself."""
    _check(value, type(value), at)
    return value


def mended(text: str) -> str:
    """A text without halves of surrogate pairs, for a message."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _check(value: Any, hint: Any, at: str) -> None:
    arguments = get_args(hint)
    if get_origin(hint) is Union:
        hint = next((one for one in arguments if type(value) is one), None)
        if hint is None:
            raise _mistake(at, " or ".join(one.__name__ for one in arguments), value)
        arguments = ()
    if get_origin(hint) is list:
        if not isinstance(value, list):
            raise _mistake(at, "a list", value)
        for index, one in enumerate(value):
            _check(one, arguments[0], f"{at}[{index}]")
    elif hint is str:
        _check_text(value, at)
    elif hint is int:
        if type(value) is not int or not 0 <= value < 2**_BITS:
            raise _mistake(at, "a whole number", value)
    elif type(value) is not hint:
        raise _mistake(at, getattr(hint, "__name__", str(hint)), value)
    elif is_dataclass(hint) and not isinstance(value, Enum):
        hints = _hints(hint)
        for one in fields(hint):
            place = at if one.name == "value" and "_" in hint.__name__ else f"{at}.{one.name}"
            _check(getattr(value, one.name), hints[one.name], place)


def _check_text(value: Any, at: str) -> None:
    if type(value) is not str:
        raise _mistake(at, "a text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Failure.broken(
            f'{at} is no Unicode text: it has half of a surrogate pair in "{mended(value)}"'
        ) from None


@cache
def _hints(hint: type) -> dict[str, Any]:
    return get_type_hints(hint)


def _mistake(at: str, expected: str, found: Any) -> Failure:
    return Failure.broken(f"{at}: expected {expected}, found {mended(repr(found))[:100]}")
