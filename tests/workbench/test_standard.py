"""Estimators on a plain table: held against formulas done by hand and against other packages."""

import math

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.core.errors import FrameMistake, ParameterMistake


def experiment():
    return pd.DataFrame(
        {"group": ["mail"] * 400 + ["none"] * 600, "bought": [1] * 80 + [0] * 320 + [1] * 60 + [0] * 540}
    )


def test_intention_to_treat_is_the_difference_of_two_shares():
    found = analysis.intention_to_treat(experiment(), arm="group", outcome="bought", control="none")
    error = math.sqrt(0.2 * 0.8 / 400 + 0.1 * 0.9 / 600)
    assert found.answer.value == pytest.approx(10.0)
    assert found.answer.high - found.answer.low == pytest.approx(2 * 1.96 * 100 * error, rel=0.02)
    assert found.answer.unit == "percentage points"
    assert len(found.to_frame()) == len(found)


def test_scale_may_be_chosen_and_a_wrong_one_is_refused():
    ratio = analysis.intention_to_treat(experiment(), arm="group", outcome="bought", control="none", scale="ratio")
    assert ratio.answer.value == pytest.approx(2.0, rel=0.02)
    with pytest.raises(ParameterMistake, match="`scale` must be one of"):
        analysis.intention_to_treat(experiment(), arm="group", outcome="bought", control="none", scale="log")


def confounded(n=4000, seed=3):
    rng = np.random.default_rng(seed)
    age = rng.normal(size=n)
    region = rng.choice(["north", "south"], size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-age - 0.5 * (region == "south")))
    spend = 10 + 2.0 * treated + 5 * age + 3 * (region == "south") + rng.normal(size=n)
    return pd.DataFrame({"id": range(n), "age": age, "region": region, "treated": treated, "spend": spend})


def test_doubly_robust_finds_the_effect_that_was_put_in_where_the_naive_one_does_not():
    found = analysis.doubly_robust(confounded(), treated="treated", outcome="spend", covariates=["age", "region"])
    naive = next(e for e in found if e.role == "naive")
    assert found.answer.value == pytest.approx(2.0, abs=0.15)  # four standard errors
    assert naive.low > 4


def test_discrimination_is_the_area_that_sklearns_definition_counts():
    rng = np.random.default_rng(1)
    df = pd.DataFrame({"left": rng.random(300) < 0.4})
    df["risk"] = df["left"] + rng.normal(size=300)
    gone, there = df.loc[df["left"], "risk"].to_numpy(), df.loc[~df["left"], "risk"].to_numpy()
    pairs = (gone[:, None] > there[None, :]).mean()
    assert analysis.discrimination(df, score="risk", outcome="left").answer.value == pytest.approx(pairs)


def test_cause_specific_hazard_is_that_of_lifelines():
    from lifelines import CoxPHFitter

    rng = np.random.default_rng(2)
    exposed = rng.integers(0, 2, 500)
    left = rng.exponential(1 / (0.5 * np.exp(0.7 * exposed)))
    df = pd.DataFrame({"years": np.minimum(left, 2), "gone": (left < 2).astype(int), "locked": exposed})
    other = CoxPHFitter().fit(df, "years", "gone").hazard_ratios_["locked"]
    found = analysis.cause_specific_hazard(df, duration_years="years", event="gone", exposed="locked")
    assert found.answer.value == pytest.approx(other, rel=1e-3)


def test_panel_effect_is_the_slope_within_units():
    rng = np.random.default_rng(4)
    firm, year = np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60)
    exposure = rng.normal(size=360) + firm / 10
    outcome = 1.5 * exposure + firm + 0.3 * year + rng.normal(scale=0.1, size=360)
    df = pd.DataFrame({"firm": firm, "year": year, "x": exposure, "y": outcome})
    found = analysis.panel_effect(df, unit_id="firm", period="year", outcome="y", exposure="x")
    assert found.answer.low < 1.5 < found.answer.high


def test_staggered_adoption_finds_the_step_that_was_put_in():
    rng = np.random.default_rng(5)
    units = np.repeat(np.arange(300), 14)
    period = np.tile(np.arange(14), 300)
    joined = np.where(units % 3 == 0, 4, np.where(units % 3 == 1, 10, 13))
    y = units / 50 + 0.2 * period + 1.0 * (period > joined) + rng.normal(scale=0.3, size=len(units))
    df = pd.DataFrame({"member": units, "month": period, "joined": joined, "visits": y})
    found = analysis.staggered_adoption(df, unit_id="member", period="month", joined_period="joined", outcome="visits")
    assert found.answer.low < 1.0 < found.answer.high


@pytest.mark.parametrize(
    ("change", "fragment"),
    [
        (lambda df: df.drop(columns="age"), r"`covariates` must be a column of the table \(id, region.*got 'age'"),
        (lambda df: df.assign(age=df["age"].where(df.index > 0)), r"Covariate `age` must have a value.*1 have none"),
        (lambda df: df.assign(spend=df["spend"].where(df.index != 7)), r"`spend` must have a value.*first row 7"),
        (lambda df: df.assign(treated=0), "treated"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_by_column(change, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        analysis.doubly_robust(change(confounded(200)), treated="treated", outcome="spend", covariates=["age"])


def test_control_that_nobody_has_is_refused_with_the_arms_there_are():
    with pytest.raises(
        FrameMistake, match=r"`control` must be a value of the column `group` \(mail, none\); got 'control'"
    ):
        analysis.intention_to_treat(experiment(), arm="group", outcome="bought")
