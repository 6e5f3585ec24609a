"""The operations of changes, and the parts that operations and lookups share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from wit_world.imports import types

from .failure import Failure
from .value import Scalar, document, scalar


def field(name: str, value: Scalar) -> types.Field:
    return types.Field(name, scalar(value, name))


def condition(name: str, values: Iterable[Scalar]) -> types.Condition:
    return types.Condition(name, [scalar(value, name) for value in values])


def conditions(fields: list[types.Field], names: tuple[str, ...]) -> list[types.Condition]:
    """Each of `names` equals the value that it is set to."""
    missing = [name for name in names if all(one.name != name for one in fields)]
    if missing:
        raise Failure.broken(f"the key names `{'`, `'.join(missing)}`, which is not set before it")
    return [types.Condition(one.name, [one.value]) for one in fields if one.name in names]


class _Setting:
    """An operation that sets fields."""

    def __init__(self) -> None:
        self.fields: list[types.Field] = []

    def set(self, name: str, value: Scalar) -> Self:
        """Sets a field."""
        self.fields.append(field(name, value))
        return self


class CreateRecord(_Setting):
    """Makes a record. It needs a key: `unique` or `recognised`."""

    def __init__(self, object: str) -> None:
        super().__init__()
        self.object = object
        self.key: types.Key | None = None
        self.options: list[types.Field] = []

    @classmethod
    def of(cls, object: str) -> CreateRecord:
        return cls(object)

    def unique(self, *names: str) -> CreateRecord:
        """Salesforce itself lets no two records have the same values in these fields, which are set already."""
        self.key = types.Key(conditions(self.fields, names), True)
        return self

    def recognised(self, *names: str) -> CreateRecord:
        """Usher recognises the record by these fields, which are set already; Salesforce would let a second one have
        the same."""
        self.key = types.Key(conditions(self.fields, names), False)
        return self

    def option(self, name: str, value: Scalar) -> CreateRecord:
        """A rarely needed switch: `allow-duplicates` or `use-duplicate`."""
        self.options.append(field(name, value))
        return self

    def parts(self) -> types.Operation:
        if self.key is None:
            raise Failure.broken(f"the new {self.object} has no key: end it with `unique` or `recognised`")
        return types.Operation_Create(types.CreateRecord(self.object, self.fields, self.key, self.options))


class UpdateRecord(_Setting):
    """Sets fields of a record. Usher reads their former values by itself."""

    def __init__(self, object: str, id: Scalar) -> None:
        super().__init__()
        self.object = object
        self.id = scalar(id, "Id")

    @classmethod
    def of(cls, object: str, id: Scalar) -> UpdateRecord:
        return cls(object, id)

    def parts(self) -> types.Operation:
        return types.Operation_Update(types.UpdateRecord(self.object, self.id, self.fields, []))


class DeleteRecord:
    """Deletes a record for good. It needs an undo of its own."""

    def __init__(self, object: str, id: Scalar) -> None:
        self.object = object
        self.id = scalar(id, "Id")

    @classmethod
    def of(cls, object: str, id: Scalar) -> DeleteRecord:
        return cls(object, id)

    def parts(self) -> types.Operation:
        return types.Operation_Delete(types.DeleteRecord(self.object, self.id))


class ConfigureSettings(_Setting):
    """Sets fields of one settings component, e.g. `Communities`."""

    def __init__(self, settings: str) -> None:
        super().__init__()
        self.settings = settings

    @classmethod
    def of(cls, settings: str) -> ConfigureSettings:
        return cls(settings)

    def parts(self) -> types.Operation:
        return types.Operation_Configure(types.ConfigureSettings(self.settings, self.fields))


class ComponentName:
    """Names a metadata component: type and full name as in package.xml."""

    def __init__(self, kind: str, full_name: Scalar) -> None:
        self._parts = types.ComponentName(kind, scalar(full_name, "full_name"))

    @classmethod
    def of(cls, kind: str, full_name: Scalar) -> ComponentName:
        return cls(kind, full_name)

    def parts(self) -> types.ComponentName:
        return self._parts


class DeployComponents:
    """One deployment, all or nothing. The content of a component is a dict: element name → list of its occurrences,
    each a text or such a dict again, as `org.read_component` answers it."""

    def __init__(self) -> None:
        self._parts = types.DeployComponents([], [], [])

    @classmethod
    def of(cls, name: ComponentName, content: object) -> DeployComponents:
        return cls().also(name, content)

    def also(self, name: ComponentName, content: object) -> DeployComponents:
        """Another one to make or to change in the same deployment."""
        self._parts.components.append(types.Component(name.parts(), document(content, "the content")))
        return self

    def also_remove(self, name: ComponentName) -> DeployComponents:
        """Another one to take away in the same deployment."""
        self._parts.removals.append(name.parts())
        return self

    def parts(self) -> types.Operation:
        return types.Operation_Deploy(self._parts)


class ResourcePath:
    """The segments below `/services/data/vNN.0/`: `ResourcePath.of("connect", "communities")`."""

    def __init__(self, *segments: Scalar) -> None:
        self._parts = types.ResourcePath([scalar(segment, "path") for segment in segments], [])

    @classmethod
    def of(cls, *segments: Scalar) -> ResourcePath:
        return cls(*segments)

    def query(self, name: str, value: Scalar) -> ResourcePath:
        """One more parameter after the `?`."""
        self._parts.query.append(field(name, value))
        return self

    def parts(self) -> types.ResourcePath:
        return self._parts


class RestRequest:
    """One REST call, for what the other operations cannot do. It needs an undo of its own."""

    def __init__(self, method: types.Method, path: ResourcePath) -> None:
        self._parts = types.RestRequest(method, path.parts(), None, types.Repetition_Never())

    @classmethod
    def post(cls, path: ResourcePath) -> RestRequest:
        """A POST without a body that must not be sent twice."""
        return cls(types.Method.POST, path)

    def json(self, body: object) -> RestRequest:
        """Sends this body; a value in it may be one that is not known yet."""
        self._parts.body = document(body, "the body")
        return self

    def unless_found(self, look: types.Probe) -> RestRequest:
        """Sent again after a lost answer unless `look` finds something; Salesforce itself refuses a second."""
        self._parts.repetition = types.Repetition_Look(types.RequestKey(look, True))
        return self

    def safe(self) -> RestRequest:
        """Sending it twice does the same as once."""
        self._parts.repetition = types.Repetition_Safe()
        return self

    def parts(self) -> types.Operation:
        return types.Operation_Request(self._parts)


Operation = CreateRecord | UpdateRecord | DeleteRecord | ConfigureSettings | DeployComponents | RestRequest
