"""Joining at different times: against tables worked by hand, pyfixest, Welch, and scenarios with a stated truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption
from analysis.frames import Context, Frame, spec
from tests.draws import draws, fewest
from tests.helpers import a_claim, a_quantity

PERCENT = a_quantity(name="percent", scale=Scale.PERCENT, unit="%", size=None)
AMOUNT = a_quantity(name="amount", unit="currency units", size=None)
POINTS = a_quantity(name="points", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
ODDS = a_quantity(name="odds", scale=Scale.ODDS_RATIO, unit="times", null=1.0, smallest=1.1, size=None)
CLAIM = a_claim(PERCENT, AMOUNT, POINTS, ODDS)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="customers", period="three years"
)


def frame_of(table: pd.DataFrame) -> Frame:
    return spec("staggered").check(table, CONTEXT)


def paths(*groups: tuple[int, float | None, list[float]]) -> pd.DataFrame:
    """Rows of (n units, joining period or None, outcome by period), everyone of a group alike."""
    rows, unit = [], 0
    for n, joined, outcomes in groups:
        for _ in range(n):
            rows += [(unit, t, math.nan if joined is None else joined, y) for t, y in enumerate(outcomes)]
            unit += 1
    return pd.DataFrame(rows, columns=["unit_id", "period", "joined_period", "outcome"])


def scenario(seed: int, n: int = 1500, effect: float = 0.10, never: float = 0.3) -> pd.DataFrame:
    """Counts of purchases; heavy buyers join first; a season multiplies everyone's; joining adds `effect` from then on.

    Truth: 100 * effect per cent. Naive bias: members buy more because the heavy ones join.
    """
    rng = np.random.default_rng(seed)
    periods = np.arange(12)
    level = rng.gamma(4.0, 0.5, n)
    rank = np.argsort(np.argsort(-level + rng.normal(0, 0.5, n))) / n
    joined = np.where(rank < 1 - never, 2 + np.floor(rank / (1 - never) * 9), np.nan)
    season = 1 + 0.4 * np.sin(periods) + 0.02 * periods
    mean = level[:, None] * season * np.where(periods >= joined[:, None], 1 + effect, 1.0)
    return pd.DataFrame(
        {
            "unit_id": np.repeat(np.arange(n), 12),
            "period": np.tile(periods, n),
            "joined_period": np.repeat(joined, 12),
            "outcome": rng.poisson(mean).astype(float).ravel(),
        }
    )


def test_difference_by_hand_is_own_change_less_that_of_those_who_join_later():
    # before: mean of periods 0 and 1; the joining period 2 is wild and must not count; after: periods 3 and 4
    table = paths((30, 2, [1.0, 3.0, 99.0, 6.0, 8.0, 0.0]), (10, 5, [0.0, 2.0, 50.0, 2.0, 4.0, 0.0]))
    answer, naive = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", last=2)
    # ((6 - 2) - (2 - 1) + (8 - 2) - (4 - 1)) / 2 = 3
    assert answer.value == pytest.approx(3.0, abs=1e-12)
    assert (answer.n, answer.role, naive.role) == (40, Role.ANSWER, Role.NAIVE)
    assert (answer.design, naive.design) == (Design.QUASI_EXPERIMENTAL, Design.OBSERVATIONAL)


def test_per_cent_by_hand_carries_the_growth_factor_of_those_who_join_later():
    table = paths((30, 1, [2.0, 99.0, 6.0, 6.0]), (10, 3, [1.0, 50.0, 1.5, 9.0]))
    answer, _ = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="percent", last=1, n_before=1)
    assert answer.value == pytest.approx(100.0, abs=1e-9)  # 6 / (2 * 1.5 / 1) = 2


def test_a_season_that_multiplies_is_no_effect_in_per_cent_though_it_is_one_in_amounts():
    table = paths((30, 1, [4.0, 9.0, 8.0, 8.0]), (10, 3, [1.0, 9.0, 2.0, 9.0]))
    options = {"last": 1, "n_before": 1}
    assert estimate_staggered_adoption(frame_of(table), CLAIM, quantity="percent", **options)[0].value == pytest.approx(
        0.0
    )
    assert estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", **options)[0].value == pytest.approx(
        3.0
    )


def test_with_one_cohort_and_period_the_error_is_welchs_over_changes():
    rng = np.random.default_rng(2)
    before, after = rng.normal(5, 1, 60), rng.normal(6, 2, 60)
    table = paths((40, 1, [0.0, 0.0, 0.0, 0.0]), (20, 3, [0.0, 0.0, 0.0, 0.0]))
    table.loc[table["period"] == 0, "outcome"] = before
    table.loc[table["period"] == 2, "outcome"] = after
    answer = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", last=1, n_before=1)[0]
    change = after - before
    error = math.sqrt(change[:40].var(ddof=1) / 40 + change[40:].var(ddof=1) / 20)
    assert answer.value == pytest.approx(change[:40].mean() - change[40:].mean(), abs=1e-12)
    assert answer.high - answer.value == pytest.approx(stats.t.ppf(0.975, 19) * error, rel=1e-9)


def test_with_two_periods_the_change_in_per_cent_is_that_of_pyfixests_poisson_with_unit_and_period_effects():
    import pyfixest as pf

    rng = np.random.default_rng(4)
    table = paths((60, 1, [0.0, 0.0, 0.0, 0.0]), (60, 3, [0.0, 0.0, 0.0, 0.0]))
    table.loc[table["period"] == 0, "outcome"] = rng.poisson(5, 120)
    table.loc[table["period"] == 2, "outcome"] = rng.poisson(7, 120)
    answer = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="percent", last=1, n_before=1)[0]
    two = table[table["period"].isin((0, 2))]
    two = two.assign(treated=((two["joined_period"] == 1) & (two["period"] == 2)).astype(int))
    fit = pf.fepois("outcome ~ treated | unit_id + period", data=two, vcov={"CRV1": "unit_id"})
    assert answer.value == pytest.approx(100 * math.expm1(fit.coef()["treated"]), abs=1e-5)
    half = math.log1p(answer.high / 100) - math.log1p(answer.value / 100)
    # small-sample factors differ by about 1 / n
    assert half / stats.t.ppf(0.975, 59) == pytest.approx(fit.se()["treated"], rel=0.02)


def test_ten_per_cent_is_recovered_where_heavy_buyers_join_first_and_the_naive_gap_is_far_off():
    answer, beside, naive = estimate_staggered_adoption(frame_of(scenario(7)), CLAIM, quantity="percent")
    for found in (answer, beside):
        assert found.value == pytest.approx(10.0, abs=4 * (found.high - found.low) / 3.92)
    assert beside.role is Role.CONTEXT
    assert "later or never" in beside.method
    assert naive.low > 40.0


def test_pyfixests_two_stage_estimator_agrees_on_differences_within_its_error():
    import pyfixest as pf

    rng = np.random.default_rng(8)
    table = scenario(8, n=600)
    level = table.groupby("unit_id")["outcome"].transform("mean")
    joined = (table["period"] >= table["joined_period"]).astype(float)
    table["outcome"] = level + 0.3 * table["period"] + 0.5 * joined + rng.normal(0, 1, len(table))
    mine = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", comparison="later or never")[0]
    table["joined_period"] = table["joined_period"].fillna(0)
    theirs = pf.event_study(
        table, yname="outcome", idname="unit_id", tname="period", gname="joined_period", estimator="did2s", att=True
    )
    error = (mine.high - mine.low) / 3.92
    assert mine.value == pytest.approx(0.5, abs=4 * error)
    assert mine.value == pytest.approx(float(theirs.coef().iloc[0]), abs=4 * error)


@pytest.mark.slow
def test_intervals_hold_the_truth_at_about_their_level():
    hits, runs = 0, draws(200, 120)
    for seed in range(runs):
        answer = estimate_staggered_adoption(frame_of(scenario(seed, n=400)), CLAIM, quantity="percent")[0]
        hits += answer.low <= 10.0 <= answer.high
    assert hits >= fewest(runs)


def test_shares_are_in_points_and_must_be_yes_or_no():
    table = paths((30, 1, [0.0, 1.0, 1.0, 1.0]), (10, 3, [0.0, 1.0, 0.0, 0.0]))
    answer = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="points", last=1, n_before=1)[0]
    assert answer.value == pytest.approx(100.0)
    table.loc[0, "outcome"] = 0.5
    with pytest.raises(FrameMistake, match=r"`outcome` must be 0 or 1 .*got 0.5"):
        estimate_staggered_adoption(frame_of(table), CLAIM, quantity="points", last=1, n_before=1)


def test_who_has_joined_already_is_never_compared_with():
    """The early cohort's outcome explodes after joining; were it used for comparison, the later cohort would sink."""
    groups = (30, 1, [1.0, 1.0, 500.0, 900.0, 1300.0]), (30, 2, [1.0, 1.0, 1.0, 1.0, 1.0]), (10, 4, [1.0] * 5)
    answer = estimate_staggered_adoption(frame_of(paths(*groups)), CLAIM, quantity="amount", last=1, n_before=1)[0]
    # cohort 1 in period 2: + 499 against cohort 4; cohort 2 in period 3: 0 against cohort 4
    assert answer.value == pytest.approx(499 / 2)


def test_where_nobody_joins_later_the_way_out_is_named_and_works():
    table = paths((40, 2, [1.0, 1.0, 1.0, 2.0]), (20, None, [1.0, 1.0, 1.0, 1.0]))
    with pytest.raises(FrameMistake, match=r"at least 30 units .*`comparison` to 'later or never'"):
        estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", last=1)
    found = estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", last=1, comparison="later or never")
    assert [e.role for e in found] == [Role.ANSWER, Role.NAIVE]
    assert found[0].value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"quantity": "odds"}, "must be a change in the outcome"),
        ({"quantity": "amount", "last": 0}, "`last` must be a whole number"),
        ({"quantity": "amount", "n_before": True}, "`n_before` must be a whole number"),
        (
            {"quantity": "amount", "comparison": "never"},
            "`comparison` must be one of 'later', 'later or never', 'active'",
        ),
        ({"quantity": "nothing"}, "`quantity` must be one that claim"),
    ],
)
def test_wrong_options_are_named(options, fragment):
    frame = frame_of(paths((30, 1, [1.0, 1.0, 1.0]), (10, 2, [1.0, 1.0, 1.0])))
    with pytest.raises(ParameterMistake, match=fragment):
        estimate_staggered_adoption(frame, CLAIM, **options)


def test_a_unit_that_joined_twice_is_named():
    table = paths((30, 1, [1.0, 1.0, 1.0]), (10, 2, [1.0, 1.0, 1.0]))
    table.loc[1, "joined_period"] = 2
    with pytest.raises(FrameMistake, match=r"same in all rows of a unit; unit 0"):
        estimate_staggered_adoption(frame_of(table), CLAIM, quantity="amount", last=1, n_before=1)


def test_negative_spend_is_refused_in_per_cent():
    table = paths((30, 1, [1.0, 1.0, -1.0]), (10, 2, [1.0, 1.0, 1.0]))
    with pytest.raises(FrameMistake, match="must not be negative"):
        estimate_staggered_adoption(frame_of(table), CLAIM, quantity="percent", last=1, n_before=1)


def dying(seed: int, effect: float = 0.0, n: int = 4_000) -> pd.DataFrame:
    """Customers buy at rates of their own and stop for good, 15 % a period; one in ten purchases is a joining.

    Truth: 100 * effect per cent while a customer is there, and nothing else. Whoever joins later is there until then.
    """
    rng = np.random.default_rng(seed)
    periods = np.arange(12)
    rate, last = rng.gamma(1.5, 1.0, n), rng.geometric(0.15, n)
    counts = rng.poisson(rate[:, None] * (periods < last[:, None]))
    joins = (rng.random(counts.shape) < 1 - 0.9**counts) & (periods >= 2)
    joined = np.where(joins.any(axis=1), joins.argmax(axis=1), np.nan)
    more = rng.poisson(effect * rate[:, None] * (periods < last[:, None]))
    outcome = counts + np.where(periods > joined[:, None], more, 0)
    return pd.DataFrame(
        {
            "unit_id": np.repeat(np.arange(n), 12),
            "period": np.tile(periods, n),
            "joined_period": np.repeat(joined, 12),
            "outcome": outcome.astype(float).ravel(),
        }
    )


def test_where_customers_stop_for_good_only_the_active_compare():
    """Later joiners live until they join: against them a programme that does nothing loses a quarter of its purchases."""
    frame = frame_of(dying(1))
    active, later, *_ = estimate_staggered_adoption(frame, CLAIM, quantity="percent", comparison="active")
    assert later.role is Role.CONTEXT
    assert later.high < -10
    assert abs(active.value) < 4 * (active.high - active.low) / 3.92
    assert active.high - active.low < 25


def test_the_active_comparison_finds_an_effect_and_leans_towards_none():
    """Some of those compared join later and gain too: 30 % is the most that can be found."""
    (active, *_) = estimate_staggered_adoption(
        frame_of(dying(2, effect=0.3)), CLAIM, quantity="percent", comparison="active"
    )
    assert active.low > 5
    assert active.value < 30 + 4 * (active.high - active.low) / 3.92
