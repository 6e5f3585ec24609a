"""One call of a plugin: the input in, the answer or the failure out, and everything that it prints into its log."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Callable
from typing import Any

from componentize_py_types import Err
from wit_world.imports import log, types

from .failure import Failure
from .org import Org
from .plan import StepPlan
from .value import parsed
from .whole import mended, whole

# Usher cuts a line of the log at 4 kB, and shows a failure on one line.
_CHARACTERS_MAX = 1_300
_TRACE_LINES_MAX = 40


def answer(plan: Callable[[Any, Org], StepPlan], input: str) -> types.StepPlan:
    """Called by the module that the build writes."""
    sys.stdout, sys.stderr = _Log(log.Level.INFO), _Log(log.Level.WARN)
    try:
        return _planned(plan, parsed(input))
    except BaseException as error:  # also `sys.exit()`, which would break the component off
        raise Err(_failure(error)) from None
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _planned(plan: Callable[[Any, Org], StepPlan], input: Any) -> types.StepPlan:
    answered: object = plan(input, Org())
    if not isinstance(answered, StepPlan):
        raise Failure.broken("`plan` did not answer with a StepPlan: return `plan.answer({…})`")
    return answered.lowered()


def _failure(error: BaseException) -> types.Failure:
    """The failure that is raised to Usher. An error that is not a `Failure` is a mistake of the plugin; the log gets its
    traceback."""
    if isinstance(error, Failure) and not isinstance(error.parts, types.Failure_Broken):
        try:
            return whole(error.parts, "failure")
        except Failure as mistake:
            return _failure(mistake)
    for line in _traced(error)[-_TRACE_LINES_MAX:]:
        _emit(log.Level.ERROR, line)
    words = str(error) if isinstance(error, Failure) else "".join(traceback.format_exception_only(error)).strip()
    return types.Failure_Broken(mended(words[:_CHARACTERS_MAX]) + _place(error))


def _traced(error: BaseException) -> list[str]:
    """The traceback, without the frames of the SDK."""
    trace = traceback.TracebackException.from_exception(error)
    one: traceback.TracebackException | None = trace
    while one is not None:
        own = [frame for frame in one.stack if "/usher_step/" not in frame.filename]
        one.stack = traceback.StackSummary.from_list(own)
        one = one.__cause__ or one.__context__
    return "".join(trace.format()).splitlines()


def _place(error: BaseException) -> str:
    """The innermost line of the plugin's own module."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith("plugin.py")]
    return f" (plugin.py, line {frames[-1].lineno}, in {frames[-1].name})" if frames else ""


def _emit(level: log.Level, line: str) -> None:
    log.emit(level, mended(line[:_CHARACTERS_MAX]))


class _Log(io.TextIOBase):
    """Writes each line that is printed into the plugin's log."""

    def __init__(self, level: log.Level) -> None:
        self._level = level
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            _emit(self._level, line)
        return len(text)

    def flush(self) -> None:
        if self._line:
            _emit(self._level, self._line)
            self._line = ""
