"""Hashes of a scenario's rows: what moves them and what does not, by modules edited in memory."""

import ast
from importlib.util import find_spec

import pytest

from analysis import models
from analysis.calibration import inputs
from analysis.calibration.scenarios import all_scenarios, scenario_named

SCENARIO = scenario_named("log_that_ends")
"""Its estimator names its models lazily, ``from analysis.models import fit_...``."""


@pytest.fixture
def edited(monkeypatch):
    """Add a line to a module, as the hashes see it."""
    caches = (inputs._imports, inputs._code)
    tree = inputs._tree

    def edit(module, line):
        for cache in caches:
            cache.cache_clear()
        monkeypatch.setattr(
            inputs,
            "_tree",
            lambda name: ast.Module([*tree(name).body, *ast.parse(line).body], []) if name == module else tree(name),
        )

    yield edit
    for cache in caches:
        cache.cache_clear()


def hashes():
    return inputs.inputs_hash(SCENARIO, 1, 10), inputs.rule_hash(SCENARIO)


@pytest.mark.parametrize(
    ("module", "draws", "readings"),
    [
        ("estimators.survival.state_dependence", True, False),
        ("calibration.scenarios.repeat_pace", True, False),
        ("calibration.trials", True, False),
        ("models.mbg_nbd", True, False),
        ("models._beta_geometric_slopes", True, False),
        ("models.gamma_gamma", False, False),
        ("verdicts.assess", False, True),
        ("calibration.readings", False, True),
        ("calibration.counting", False, False),
        ("calibration.table", False, False),
    ],
)
def test_a_hash_moves_with_the_code_that_it_stands_for(edited, module, draws, readings):
    before = hashes()
    edited(f"analysis.{module}", "ADDED = 1")
    assert [now != then for now, then in zip(hashes(), before, strict=True)] == [draws, readings]


@pytest.mark.parametrize(
    "line",
    ['"""A description."""', "import math", "from analysis.core import errors", "if TYPE_CHECKING:\n    Array = list"],
)
def test_descriptions_imports_and_what_only_a_type_checker_runs_move_nothing(edited, line):
    before = hashes()
    edited("analysis.estimators.survival.state_dependence", line)
    assert hashes() == before


def test_a_name_that_the_models_hand_on_stands_for_the_module_it_is_defined_in():
    for name in models.CONTENTS:
        assert inputs._module_of("analysis.models", name) == getattr(models, name).__module__, name


@pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda scenario: scenario.name)
def test_no_package_stands_in_front_of_the_modules_that_a_row_runs_through(scenario):
    """A package that handed names on without a table would hide the modules behind it."""
    run_through = inputs._with_imports(
        {scenario.draw.__module__, f"analysis.estimators.{scenario.estimator.split(':')[0]}"}
    )
    assert "analysis.models" not in run_through
    assert [name for name in run_through if find_spec(name).submodule_search_locations] == []
