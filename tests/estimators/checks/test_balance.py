"""Whether arms were randomised: passes for fair draws, fails for a mismatch of sizes and for arms that differ beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.checks.balance import check_arm_balance, check_sample_ratio
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim

CLAIM = a_claim()


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.RANDOMISED, population="customers", period="a month"
    )
    table = table.assign(unit_id=range(len(table)), outcome=0.0)
    if "arm" not in table:
        table["arm"] = np.where(table["assigned"] == 1, "letter", "control")
    return spec("experiment").check(table, context)


def arms(treated: int, control: int, **more) -> Frame:
    return frame_of(pd.DataFrame({"assigned": [1] * treated + [0] * control}).assign(**more))


def test_sizes_near_the_plan_pass_and_a_mismatch_fails():
    assert check_sample_ratio(arms(5050, 4950, planned=0.5), CLAIM).passed is True
    found = check_sample_ratio(arms(5300, 4700, planned=0.5), CLAIM)
    assert found.passed is False
    # chi-square by hand: 300² / 5000 twice = 36
    assert f"{stats.chi2.sf(36.0, 1):.1e}"[:3] == "2.0"
    assert "letter 5,300" in found.sentence


def test_an_uneven_plan_is_no_mismatch():
    assert check_sample_ratio(arms(9000, 1000, planned=[0.9] * 9000 + [0.1] * 1000), CLAIM).passed is True


def test_without_a_plan_strata_must_have_the_same_shares():
    strata = ["a"] * 1000 + ["b"] * 1000
    fair = frame_of(pd.DataFrame({"assigned": [0, 1] * 1000, "stratum": strata}))
    assert check_sample_ratio(fair, CLAIM).passed is True
    unfair = frame_of(pd.DataFrame({"assigned": [0, 1] * 500 + [0, 1, 1, 1] * 250, "stratum": strata}))
    assert check_sample_ratio(unfair, CLAIM).passed is False


def test_without_a_plan_or_strata_nothing_is_judged():
    assert check_sample_ratio(arms(9000, 1000), CLAIM).passed is None


def test_clusters_are_counted_once():
    table = pd.DataFrame({"assigned": [1] * 5000 + [0] * 5000, "planned": 0.5})
    table["cluster"] = [0] * 4900 + list(range(1, 101)) + list(range(200, 300)) * 50
    found = check_sample_ratio(frame_of(table), CLAIM)
    assert [row["n"] for row in found.table] == [100, 101]
    assert found.passed is True


def covariates(seed: int, lean: float, n: int = 4000, clustered: bool = False) -> Frame:
    """Two covariates; with `lean` the first decides who is treated more often than a lottery would."""
    rng = np.random.default_rng(seed)
    groups = np.arange(n) // 40 if clustered else np.arange(n)
    first = rng.normal(0, 1, groups.max() + 1)[groups]
    draw = rng.normal(0, 1, groups.max() + 1)[groups]
    table = pd.DataFrame(
        {"assigned": (draw + lean * first > 0).astype(int), "x_spent": first, "x_age": rng.normal(40, 10, n)}
    )
    return frame_of(table.assign(cluster=groups) if clustered else table)


def test_a_fair_draw_is_balanced_and_a_leaning_one_is_not():
    assert check_arm_balance(covariates(1, lean=0.0), CLAIM).passed is True
    found = check_arm_balance(covariates(2, lean=0.3), CLAIM)
    assert found.passed is False
    assert "spent differs most" in found.sentence


def test_a_draw_of_whole_clusters_is_judged_by_clusters():
    """A hundred clusters of forty: what looks unlikely among 4,000 customers is chance among 100 draws."""
    judged = [check_arm_balance(covariates(seed, lean=0.0, clustered=True), CLAIM).passed for seed in range(20)]
    assert judged.count(False) <= 2  # at 1 in 100 each, more than 2 of 20 have a chance below 1 in 500
    assert check_arm_balance(covariates(3, lean=1.0, clustered=True), CLAIM).passed is False


def test_few_units_cannot_show_balance():
    found = check_arm_balance(covariates(5, lean=0.0, n=60), CLAIM)
    worst = max(abs(row["standardised difference"]) for row in found.table)
    assert worst > 0.1
    assert found.passed is None


def test_standardised_difference_by_hand():
    # means 3 and 1; variances 2 and 2 (0, 2 around 1; 2, 4 around 3)
    frame = frame_of(pd.DataFrame({"assigned": [1, 1, 0, 0] * 30, "x_a": [2.0, 4.0, 0.0, 2.0] * 30}))
    found = check_arm_balance(frame, CLAIM)
    spread = np.sqrt(60 / 59)  # each arm: 60 units, squared deviations of 1
    assert found.table[0]["standardised difference"] == pytest.approx(2 / spread)


def test_nothing_known_before_judges_nothing():
    assert check_arm_balance(arms(50, 50), CLAIM).passed is None


def test_the_moderator_counts_as_known_before():
    frame = arms(500, 500, moderator=[1.0] * 400 + [0.0] * 100 + [0.0] * 400 + [1.0] * 100)
    assert check_arm_balance(frame, CLAIM).passed is False
