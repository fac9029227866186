"""The catalogue of scenarios held together with the register, the studies and the frames."""

import inspect

import pytest

from analysis.calibration.inputs import _with_imports
from analysis.calibration.scenario import simulated_frame
from analysis.calibration.scenarios import FEWER_DRAWS, all_scenarios, scenario_named
from analysis.calibration.trials import POINTS, draw_seed, effect_at, run_trial, truth_of
from analysis.core.vocabulary import Kind
from analysis.register.claims import load_register
from analysis.verdicts.studies import STUDIES

SCENARIOS = all_scenarios()


def named(scenario):
    return scenario.name


def test_names_are_unique():
    names = [scenario.name for scenario in SCENARIOS]
    assert len(names) == len(set(names))
    assert scenario_named(names[0]) is SCENARIOS[0]


def test_a_scenario_asks_the_estimator_that_answers_the_claim():
    for scenario in SCENARIOS:
        answering = STUDIES[scenario.claim, scenario.frame].target
        module = f"analysis.estimators.{scenario.estimator.split(':')[0]}"
        # The study's own estimator, or one that it hands a part of its frames to.
        assert answering == scenario.estimator or module in _with_imports(
            {f"analysis.estimators.{answering.split(':')[0]}"}
        )
        quantity = load_register()[scenario.claim].quantity(scenario.quantity)
        # The null is drawn where nothing is, so that a claim found there is a false one.
        assert truth_of(scenario, effect_at(scenario, "null")) == pytest.approx(quantity.null), scenario.name


DESK = {scenario.estimator: scenario.name for scenario in SCENARIOS}
"""One scenario an estimator, which `make test` draws; `make test-calibration` draws all."""


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(s, marks=[] if s.name in DESK.values() else pytest.mark.slow) for s in SCENARIOS],
    ids=named,
)
def test_a_draw_is_simulated_seeded_and_gives_a_number(scenario):
    effect = effect_at(scenario, "smallest")
    frame = scenario.draw(effect, scenario.n, 3)
    assert frame.name == scenario.frame
    assert frame.context.kind is Kind.SIMULATED
    assert frame.table.equals(scenario.draw(effect, scenario.n, 3).table)
    assert not frame.table.equals(scenario.draw(effect, scenario.n, 4).table)
    trial = run_trial(scenario, effect, draw_seed(1, scenario.name, "smallest", 0))
    assert trial.state in ("interval", "endless", "naive only")


def test_a_scenario_writes_out_its_equations_and_its_truth():
    for scenario in SCENARIOS:
        text = " ".join(
            part for part in (inspect.getdoc(scenario.draw), inspect.getdoc(inspect.getmodule(scenario.draw))) if part
        )
        built_on = "As `draw_" in text  # the equations of another scenario, with what is changed
        assert "ruth" in text or built_on or scenario.truth is not None, scenario.name
        if scenario.trap and not scenario.broken:
            assert scenario.naive is not None or "aive" in text or built_on, scenario.name


def test_effects_of_every_scenario_differ():
    for scenario in SCENARIOS:
        if scenario.effects:
            continue  # says itself what it can be drawn at
        assert len({effect_at(scenario, point) for point in POINTS}) == len(POINTS), scenario.name


def test_a_table_like_one_checked_before_keeps_the_order_and_types_of_the_first():
    import pandas as pd

    table = pd.DataFrame({"outcome": [1, 0], "unit_id": [1, 2], "treated": [0, 1]})
    first = simulated_frame("exposure", table, source="order_and_types")
    again = simulated_frame("exposure", table[::-1], source="order_and_types")
    assert list(first.table.columns) == list(again.table.columns) == ["unit_id", "treated", "outcome"]
    assert first.table.dtypes.equals(again.table.dtypes)
    assert again.table.index.tolist() == [0, 1]


def test_only_broken_scenarios_are_drawn_less_often_than_they_ask():
    for name, (n_draws, why) in FEWER_DRAWS.items():
        scenario = scenario_named(name)
        assert scenario.broken and why and scenario.replications == n_draws >= 100, name
