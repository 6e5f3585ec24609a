"""Compares two values. Would SOQL find the one by the other (`found_by`)? Is there nothing left to change
(`is_as_wanted`)? Both look at values as Salesforce stores them: blanks and tabs at the ends of a text are removed, and an
empty text is null. Usher compares in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from .value import Bound, Date, DateTime, Joined, Scalar, Unknown

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def found_by(field: str, a: Scalar, b: Scalar) -> bool:
    """SOQL would find one of the two by the other in `field`: text is compared without case, and ids in 15 or 18
    characters where the field holds ids."""
    return _same(field, a, b, lambda one, other: one.lower() == other.lower())


def is_as_wanted(field: str, there: Scalar, wanted: Scalar) -> bool:
    """Nothing is left to change where `field` holds `there` and should hold `wanted`: the case of a text counts. Make a
    `Date` or `DateTime` of `wanted` for such fields: they are compared by day and by instant."""
    # Salesforce stores the name of a user in lower case.
    if _last(field).lower() == "username":
        return found_by(field, there, wanted)
    return _same(field, there, wanted, lambda one, other: one == other)


def is_same_id(a: Scalar, b: Scalar) -> bool:
    """Both are the id of the same record, in 15 or 18 characters."""
    return found_by("Id", a, b)


def _same(field: str, a: Scalar, b: Scalar, texts: Callable[[str, str], bool]) -> bool:
    one, other = _stored(a), _stored(b)
    match one, other:
        case (Unknown(token), Unknown(another)):
            return token == another
        case (Bound() | Joined(), _) | (_, Bound() | Joined()):
            return False
        case (Date(day), Date(another) | str(another)) | (str(another), Date(day)):
            return day == another or _both(_day, day, another)
        case (DateTime(instant), DateTime(another) | str(another)) | (str(another), DateTime(instant)):
            return instant == another or _both(_instant, instant, another)
        case (str(), str()):
            ids = _same_id(field, one, other)
            return texts(one, other) if ids is None else ids
        case (bool(), bool()):
            return one == other
        case (bool(), _) | (_, bool()):
            return False
        case (int() | float() | Decimal(), int() | float() | Decimal()):
            return Decimal(str(one)) == Decimal(str(other))
        case _:
            return one is None and other is None


def _stored(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return value.strip(" \t") or None
    return value


def _both(read: Callable[[str], datetime | None], a: str, b: str) -> bool:
    one = read(a)
    return one is not None and one == read(b)


def _day(text: str) -> datetime | None:
    return _time(text, "") if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None


def _instant(text: str) -> datetime | None:
    pattern = r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))"
    parts = re.fullmatch(pattern, text, re.ASCII)
    if parts is None:
        return None
    hours, minutes = int(parts[5] or 0), int(parts[6] or 0)
    time = _time(parts[1], parts[2])
    if time is None or hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if parts[4] == "-" else 1)
    return time + timedelta(milliseconds=int((parts[3] or "0").ljust(3, "0")[:3])) - offset


def _time(day: str, clock: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T{clock or '00:00:00'}")
    except ValueError:
        return None


def _same_id(field: str, a: str, b: str) -> bool | None:
    """Compares two ids; None when these are words."""
    name = _last(field)
    holds_ids = name.lower() == "id" or name.endswith("Id")
    if not holds_ids and not (name.endswith("__c") and 18 in (len(a), len(b))):
        return None
    one, other = canonical_id(a), canonical_id(b)
    return None if one is None or other is None else one == other


def canonical_id(text: str) -> str | None:
    """The id in 18 characters; None when the text is not an id."""
    short = text[:15]
    if not re.fullmatch(r"[0-9A-Za-z]{15}([0-9A-Za-z]{3})?", text) or not re.search(r"[0-9]", short):
        return None
    blocks = (short[start : start + 5] for start in (0, 5, 10))
    checksum = "".join(_CHECK[sum(one.isupper() << place for place, one in enumerate(block))] for block in blocks)
    return short + checksum if text[15:].upper() in ("", checksum) else None


def _last(field: str) -> str:
    """The field at the end of a path of fields, or of a JSON Pointer."""
    return re.split(r"[./]", field)[-1]
