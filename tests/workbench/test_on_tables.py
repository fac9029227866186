"""Every registered estimator on a plain table with headings of its own gives what it gives on the checked frame."""

import inspect
from importlib import import_module

import pandas as pd
import pytest

import analysis
from analysis.calibration.scenarios import all_scenarios
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.register.claims import load_register
from analysis.verdicts.studies import STUDIES
from analysis.workbench.calling import catalogue, on_table
from analysis.workbench.stub import FILE, stub

N = 400
LONG = ("redemption_event_study", "tier_cutoff", "leverage_opportunities", "leverage_summary", "price_tolerance")
WITHOUT_SCENARIO = {"panel_mean", "queue_simulation", "review_elasticity"}
"""Asked below on tables written there."""


def scenarios():
    found = {}
    for scenario in all_scenarios():
        name = scenario.estimator.partition(":")[2].removeprefix("estimate_")
        if name in catalogue() and scenario.frame == catalogue()[name].frame:
            found.setdefault(name, scenario)
    return found


SCENARIOS = scenarios()


def estimator(path):
    module, _, function = path.partition(":")
    return getattr(import_module(f"analysis.estimators.{module}"), function)


def test_every_registered_estimator_has_a_name_of_its_own():
    assert {entry.path for entry in catalogue().values()} == {study.target for study in STUDIES.values()}
    assert set(dir(analysis.standard)) == set(catalogue()) == set(SCENARIOS) | WITHOUT_SCENARIO


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else []) for n in SCENARIOS])
def test_a_plain_table_gives_what_the_frame_gives(name):
    scenario = SCENARIOS[name]
    quantity = load_register()[scenario.claim].quantity(scenario.quantity)
    n = 4000 if name == "forecast_discrimination" else min(scenario.n, N)
    frame = scenario.draw(next(iter(scenario.effects.values()), quantity.null), n, 1)
    takes = inspect.signature(getattr(analysis.standard, name)).parameters
    columns = {column: f"their {column}" for column in frame.table if not column.startswith("x_")}
    covariates = [column.removeprefix("x_") for column in frame.covariates]
    df = frame.table.rename(columns=columns | {f"x_{c}": c for c in covariates})
    given = dict(columns) | {k: v for k, v in scenario.options.items() if k in takes}
    if "exposed" in takes:
        given["exposed"] = scenario.options.get("term", "x_exposed").removeprefix("x_")
        covariates.remove(given["exposed"])
    if covariates:
        given["covariates"] = covariates
    if "scale" in takes:
        given["scale"] = str(quantity.scale)
    found = getattr(analysis.standard, name)(df, **given)
    direct = estimator(scenario.estimator)(frame, load_register()[scenario.claim], **scenario.options)
    assert [(e.role, e.value, e.low, e.high, e.n) for e in found] == [
        (e.role, e.value, e.low, e.high, e.n) for e in direct
    ]


def test_a_mean_of_a_panel_by_hand():
    df = pd.DataFrame({"unit_id": range(40), "period": 0, "outcome": [0, 1] * 20, "exposure": 0.0})
    assert analysis.standard.panel_mean(df).answer.value == pytest.approx(0.5)


def test_a_review_elasticity_of_one_by_construction():
    """Sales that grow in proportion to the reviews: an elasticity of 1, whatever else differs between units."""
    reviews = pd.Series(range(10, 410))
    df = pd.DataFrame(
        {"unit_id": range(400), "bad_share": 0.1, "good_share": 0.8, "reviews": reviews, "before": [80 + i % 11 for i in range(400)],
         "mean_score": [3.0 + i % 3 for i in range(400)], "after": [80 + i % 11 + 10 * (i + 10) + i % 13 for i in range(400)]}
    )  # fmt: skip
    df["bad_share"] += (df.index % 7) / 100
    df["good_share"] -= (df.index % 5) / 100
    assert analysis.standard.review_elasticity(df).answer.value == pytest.approx(1.0, abs=0.05)


def test_a_queue_in_which_value_goes_first_makes_the_valuable_wait_less():
    n = 600
    df = pd.DataFrame(
        {"arrival_hours": [float(i // 8) for i in range(n)], "handling_hours": [0.1 + (i % 7) / 10 for i in range(n)],
         "priority": [1 + i % 3 for i in range(n)], "value": [float(1 + i % 5) for i in range(n)]}
    )  # fmt: skip
    assert analysis.standard.queue_simulation(df).answer.value < 0


def test_who_is_assigned_is_told_by_the_arm_and_left_alone_by_any_name():
    df = pd.DataFrame(
        {"group": ["a"] * 200 + ["b"] * 200 + ["none"] * 200, "outcome": [1, 0] * 100 + [1, 0, 0, 0] * 50 + [0] * 200}
    )
    found = analysis.standard.best_arm(df, arm="group", control="none")
    assert found.answer.value == pytest.approx(25, abs=15)


@pytest.mark.parametrize(
    ("call", "mistake", "fragment"),
    [
        (lambda: on_table("ols"), ParameterMistake, r"`name` must be one of the estimators .*; got 'ols'"),
        (
            lambda: analysis.standard.market_gap(pd.DataFrame({"gone": [1, 0]}), lapsed="gone"),
            FrameMistake,
            r"`price_change` must be a column of the table \(gone\); got 'price_change'",
        ),
        (lambda: analysis.standard.market_gap(pd.DataFrame({"gone": [1]}), churned="gone"), TypeError, "churned"),
    ],
)
def test_what_cannot_be_asked_is_refused(call, mistake, fragment):
    with pytest.raises(mistake, match=fragment):
        call()


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"its estimators are .*doubly_robust"):
        _ = analysis.standard.ols


def test_the_signature_says_what_each_column_must_hold():
    function = analysis.standard.doubly_robust
    assert "treated : " in function.__doc__
    assert inspect.signature(function).parameters["treated"].default == "treated"


def test_editors_are_told_what_runs():
    assert FILE.read_text(encoding="utf-8") == stub(), "run `python -m analysis.workbench.stub`"
