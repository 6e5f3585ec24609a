"""The component's own module: it joins the author's function and the SDK. The build puts in the text of the manifest."""

import usher_step
from wit_world import exports
from wit_world.imports import types

import plugin

MANIFEST = {{manifest}}


class Planner(exports.Planner):
    def describe(self) -> str:
        return MANIFEST

    def plan(self, input: str) -> types.StepPlan:
        return usher_step.answer(plugin.plan, input)
