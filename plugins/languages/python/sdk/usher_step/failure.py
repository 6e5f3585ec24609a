"""The reasons why there is no plan, and messages to people. Failures are raised; the SDK makes the answer of them."""

from __future__ import annotations

from wit_world.imports import org as reads
from wit_world.imports import types


class Diagnostic:
    """A message for a person. `at` is a JSON Pointer into the input; empty: the input as a whole."""

    def __init__(self, severity: types.Severity, code: str, at: str, summary: str) -> None:
        self._parts = types.Diagnostic(severity, code, summary, None, None, at)

    @classmethod
    def error(cls, code: str, at: str, summary: str) -> Diagnostic:
        """The step cannot go on. `code` is stable and kebab-case."""
        return cls(types.Severity.ERROR, code, at, summary)

    @classmethod
    def warning(cls, code: str, at: str, summary: str) -> Diagnostic:
        """It goes on, but a person should look."""
        return cls(types.Severity.WARNING, code, at, summary)

    @classmethod
    def info(cls, code: str, at: str, summary: str) -> Diagnostic:
        """Good to know."""
        return cls(types.Severity.INFO, code, at, summary)

    def remedy(self, remedy: str) -> Diagnostic:
        """The thing to do about it."""
        self._parts.remedy = remedy
        return self

    def rule(self, rule: str) -> Diagnostic:
        """The document or API page that the rule comes from."""
        self._parts.rule = rule
        return self

    def parts(self) -> types.Diagnostic:
        """The message in the form of the contract."""
        return self._parts


class Failure(Exception):
    """A reason why there is no plan: `raise Failure.invalid(Diagnostic.error(…))`."""

    def __init__(self, parts: types.Failure, message: str) -> None:
        super().__init__(message)
        self.parts = parts

    @staticmethod
    def invalid(*what: Diagnostic) -> Failure:
        """The input is wrong."""
        return Failure(types.Failure_Invalid([one.parts() for one in what]), _summaries(what))

    @staticmethod
    def unmet(*what: Diagnostic) -> Failure:
        """The org is not ready."""
        return Failure(types.Failure_Unmet([one.parts() for one in what]), _summaries(what))

    @staticmethod
    def deferred(token: str, reason: str, *likely: str) -> Failure:
        """The step cannot be planned before the value of `token` is known. The last resort."""
        return Failure(types.Failure_Deferred(types.Deferral([token], reason, list(likely))), reason)

    @staticmethod
    def transient(why: str) -> Failure:
        """Another try later may help."""
        return Failure(types.Failure_Transient(why), why)

    @staticmethod
    def broken(why: str) -> Failure:
        """The plugin is at fault."""
        return Failure(types.Failure_Broken(why), why)


class ReadError(Failure):
    """A read without an answer. When the plugin does not catch it, the SDK makes the right answer of it."""

    def __init__(self, why: reads.ReadError) -> None:
        failure = _failure_of(why)
        super().__init__(failure.parts, str(failure))
        self.why = why


class Problems:
    """All problems of a plan, so that they are reported at once."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._invalid = False

    def invalid(self, what: Diagnostic) -> None:
        """Something is wrong with the input."""
        self._invalid = True
        self._found.append(what)

    def unmet(self, what: Diagnostic) -> None:
        """The org is not ready."""
        self._found.append(what)

    def none(self) -> None:
        """Goes on when there is no problem; else raises all of them."""
        if self._found:
            raise Failure.invalid(*self._found) if self._invalid else Failure.unmet(*self._found)


def _summaries(what: tuple[Diagnostic, ...]) -> str:
    return "; ".join(one.parts().summary for one in what)


def _failure_of(why: reads.ReadError) -> Failure:
    match why:
        case reads.ReadError_Pending(hindrance):
            return Failure.deferred(hindrance.token, hindrance.reason)
        case reads.ReadError_Refused(refusal):
            words = f"The org refuses to be read: {refusal.code} {refusal.message}"
            return Failure.unmet(Diagnostic.error("read-refused", "", words))
        case reads.ReadError_Unavailable(reason):
            return Failure.transient(reason)
        case reads.ReadError_Denied(reason) | reads.ReadError_TooMuch(reason):
            return Failure.broken(reason)
