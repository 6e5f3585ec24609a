"""Reading the org: its records and lookups. Every read may fail; the error that it raises becomes the right answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from componentize_py_types import Err
from wit_world.imports import context, types
from wit_world.imports import org as host

from . import same
from .failure import Failure, ReadError
from .operation import ComponentName, ResourcePath, condition, field
from .value import Scalar, Unknown, Value, integer, parsed, text, truth
from .whole import whole

T = TypeVar("T")


class Record:
    """One record, or one settings component: the fields that were asked for, under the names they were asked by."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def __repr__(self) -> str:
        return f"Record({self._fields!r})"

    def id(self) -> Value:
        """The id of the record; unknown for one that is only planned."""
        return self.value("Id")

    def has(self, name: str) -> bool:
        """Says whether the field was asked for, or is one of these settings."""
        return name in self._fields

    def value(self, name: str) -> Value:
        """The field, to pass it on."""
        value = self.json(name)
        if isinstance(value, (dict, list)):
            raise Failure.broken(f"the field `{name}` is not a single value")
        return cast(Value, value)

    def text(self, name: str) -> str:
        """The text in a field; empty for null. Defers the step when the value is not known yet."""
        return text(self.value(name))

    def truth(self, name: str) -> bool:
        """Says whether a field is true; null is not."""
        return truth(self.value(name))

    def integer(self, name: str) -> int | None:
        """The whole number in a field; None for null."""
        return integer(self.value(name))

    def json(self, name: str) -> Any:
        """The field as it came, for the few that are not a single value."""
        if name not in self._fields:
            raise Failure.broken(f"the field `{name}` was not asked for")
        return self._fields[name]

    @staticmethod
    def with_id(records: Iterable[Record], id: Value) -> Record | None:
        """The one of `records` that has this id."""
        return next((record for record in records if same.is_same_id(record.id(), id)), None)


class Lookup:
    """Records of one object: `Lookup.of("User").read("Username").whose("Email", "ada@example.com")`."""

    def __init__(self, object: str) -> None:
        self._parts = types.Lookup(object, [], [])

    @classmethod
    def of(cls, object: str) -> Lookup:
        return cls(object)

    def read(self, *fields: str) -> Lookup:
        """Reads these fields too, names or parent paths; `Id` always comes along."""
        self._parts.fields.extend(fields)
        return self

    def whose(self, name: str, value: Scalar) -> Lookup:
        """Only records whose field (or parent path) equals the value."""
        return self.whose_any(name, [value])

    def whose_any(self, name: str, values: Iterable[Scalar]) -> Lookup:
        """Only records whose field (or parent path) equals one of the values; none when there are none."""
        self._parts.conditions.append(condition(name, values))
        return self

    def finds_nothing(self) -> bool:
        """SOQL has no word for a condition without values, so the org is not asked."""
        return any(not one.any_of for one in self._parts.conditions)

    def parts(self) -> types.Lookup:
        return self._parts


class Org:
    """The org as it will be when everything planned so far is done, with the user and the time."""

    def who(self) -> context.Identity:
        """The org, and the user in whose name Usher works."""
        return context.who()

    def now(self) -> str:
        """UTC, `2026-11-22T10:00:00Z`; the same for the whole run."""
        return context.now()

    def find(self, lookup: Lookup) -> list[Record]:
        """The records that a lookup finds, ordered by id, planned ones last."""
        if lookup.finds_nothing():
            return []
        asked = whole(lookup.parts(), "lookup")
        return _records(_asking(lambda: host.find(asked)))

    def find_all(self, *lookups: Lookup) -> list[list[Record]]:
        """The records of several lookups that do not need each other's answers, in fewer requests: `users, roles =
        org.find_all(…)`."""
        asked = [whole(one.parts(), "lookup") for one in lookups if not one.finds_nothing()]
        answers = iter(host.find_all(asked) if asked else [])
        found: list[list[Record]] = []
        for lookup in lookups:
            if lookup.finds_nothing():
                found.append([])
                continue
            answer = next(answers)
            if isinstance(answer, Err):
                raise ReadError(answer.value)
            found.append(_records(answer.value))
        return found

    def count(self, lookup: Lookup) -> int:
        """The number of records that meet all conditions of a lookup."""
        if lookup.finds_nothing():
            return 0
        asked = whole(lookup.parts(), "lookup")
        return _asking(lambda: host.count(asked.object, asked.conditions))

    def query(self, soql: str, binds: Mapping[str, Scalar] = {}) -> list[Any]:
        """SOQL for what `find` cannot express; `:name` stands for a value in `binds`. It does not see planned
        changes."""
        fields = [whole(field(name, value), f"bind `{name}`") for name, value in binds.items()]
        return cast(list[Any], parsed(_asking(lambda: host.query(whole(soql, "query"), fields))))

    def describe_object(self, object: str, *fields: str) -> dict[str, Any]:
        """Field name → its description as Salesforce gives it; fields that do not exist are left out. Without fields,
        the object's own part: `requiredFields`, `referenceFields`, `recordTypeInfos` and its simple values."""
        return cast(dict[str, Any], parsed(_asking(lambda: host.describe_object(object, list(fields)))))

    def get_settings(self, name: str) -> Record:
        """The fields of one settings component; `has` says whether this org has one."""
        return Record(parsed(_asking(lambda: host.get_settings(name))))

    def list_components(self, kind: str) -> list[dict[str, Value]]:
        """The components of one metadata type, each with `fullName` and `id`."""
        return cast(list[dict[str, Value]], parsed(_asking(lambda: host.list_components(kind))))

    def read_component(self, name: ComponentName, *companions: ComponentName) -> dict[str, Any] | None:
        """The content of a component, with its parts that belong to `companions`; None when it does not exist."""
        one, others = whole(name.parts(), "name"), [whole(other.parts(), "companion") for other in companions]
        return cast("dict[str, Any] | None", parsed(_asking(lambda: host.read_component(one, others))))

    def get(self, path: ResourcePath) -> Any:
        """The JSON that a resource answers."""
        asked = whole(path.parts(), "path")
        return parsed(_asking(lambda: host.get(asked)))


def _records(document: str) -> list[Record]:
    return [Record(fields) for fields in parsed(document)]


def _asking(read: Callable[[], T]) -> T:
    try:
        return read()
    except Err as error:
        raise ReadError(error.value) from None


__all__ = ["Lookup", "Org", "Record", "Unknown"]
