"""Values: those that Usher hands in, and those that a plan hands out. A value that is known is a Python value; one that
is not known yet is an `Unknown`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn, Union

from wit_world.imports import types

from .failure import Failure


@dataclass(frozen=True)
class Unknown:
    """Stands for a value that is not known yet. Pass it on as it is."""

    token: str
    """Passed on as it is, never taken apart."""
    object: str | None = None
    """The object, when the value is the id of a record."""

    def deferred(self) -> Failure:
        return Failure.deferred(self.token, "it depends on a value that is not known yet")

    def __str__(self) -> NoReturn:
        """Looking into a value that is not known by mistake defers the step."""
        raise self.deferred()


@dataclass(frozen=True)
class Bound:
    """A value that the change or effect at `address` binds: `id`, or a name from the change's results."""

    address: str
    name: str = "id"


@dataclass(frozen=True)
class Date:
    """A day: `2026-11-22`. A condition on a date field needs it; a text in this form is not a date."""

    text: str


@dataclass(frozen=True)
class DateTime:
    """An instant: `2026-11-22T10:00:00Z`, or with an offset instead of the `Z`."""

    text: str


@dataclass(frozen=True)
class Joined:
    """A text made of parts, some of which may not be known yet."""

    parts: tuple[str | Unknown | Bound, ...]


Value = Union[None, bool, int, Decimal, str, Unknown]
"""A value from the input or from a record."""

Scalar = Union[None, bool, int, float, Decimal, str, Unknown, Bound, Date, DateTime, Joined]
"""A value that a plan hands out: a `Value`, or one that is made here."""


def joined(*parts: Scalar) -> Joined:
    """A text made of parts, some of which may not be known yet."""
    pieces: list[str | Unknown | Bound] = []
    for part in parts:
        match part:
            case Joined(inner):
                pieces.extend(inner)
            case Unknown() | Bound():
                pieces.append(part)
            case Date(written) | DateTime(written):
                pieces.append(written)
            case bool():
                pieces.append("true" if part else "false")
            case None:
                pass
            case _:
                pieces.append(str(part))
    return Joined(tuple(pieces))


def text(value: Value) -> str:
    """The text; an empty one for None, because Salesforce does not distinguish the two. Defers the step when the value
    is not known yet."""
    match value:
        case str():
            return value
        case None:
            return ""
        case Unknown():
            raise value.deferred()
        case _:
            raise Failure.broken(f"expected a text, found {value!r}")


def truth(value: Value) -> bool:
    """True or false; None is false."""
    match value:
        case bool():
            return value
        case None:
            return False
        case Unknown():
            raise value.deferred()
        case _:
            raise Failure.broken(f"expected true or false, found {value!r}")


def integer(value: Value) -> int | None:
    """The whole number; None for None."""
    match value:
        case Unknown():
            raise value.deferred()
        case None:
            return None
        case int() if not isinstance(value, bool):
            return value
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case _:
            raise Failure.broken(f"expected a whole number, found {value!r}")


def parsed(document: str) -> Any:
    """JSON from Usher, with an `Unknown` in the place of each `{"$ref": …}`. Numbers with a point keep their digits."""
    return json.loads(document, object_hook=_referred, parse_float=Decimal)


def scalar(value: object, name: str) -> types.Scalar:
    """A value in the form of the contract. `name` is for the message when it is not a single value."""
    match value:
        case None:
            return types.Scalar_Nothing()
        case bool():
            return types.Scalar_Truth(value)
        case int():
            return types.Scalar_Number(str(value))
        case float() | Decimal() if Decimal(str(value)).is_finite():
            return types.Scalar_Number(format(Decimal(str(value)), "f"))
        case str():
            return types.Scalar_Text(value)
        case Date(written):
            return types.Scalar_Date(written)
        case DateTime(written):
            return types.Scalar_DateTime(written)
        case Unknown() | Bound():
            return types.Scalar_Reference(_reference(value))
        case Joined(parts):
            return types.Scalar_Joined(
                [types.Piece_Text(part) if isinstance(part, str) else types.Piece_Reference(_reference(part)) for part in parts]
            )
        case _:
            raise TypeError(f"the value of `{name}` is not a single value: {value!r}")


def document(value: object, name: str) -> str:
    """JSON of a value, in which any value may be one that is not known yet."""
    try:
        return json.dumps(value, default=_json, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise Failure.broken(f"{name}: {error}") from None


def _referred(fields: dict[str, Any]) -> Any:
    token = fields.get("$ref")
    return Unknown(token, fields.get("$object")) if isinstance(token, str) else fields


def _reference(value: Unknown | Bound) -> types.Reference:
    if isinstance(value, Unknown):
        return types.Reference_Given(value.token)
    return types.Reference_Bound(types.BindingName(value.address, value.name))


def _json(value: object) -> object:
    match value:
        case Unknown(token):
            return {"$ref": token}
        case Bound(address, name):
            return {"$bound": [address, name]}
        case Joined(parts):
            return {"$join": list(parts)}
        case Date(written) | DateTime(written):
            return written
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            raise TypeError(f"{value!r} is not a value of JSON")
