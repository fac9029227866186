"""Share of a loss restored: against hand counts, Fieller's interval by search, statsmodels, and a stated truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.observational.recovery_share import estimate_recovery_share, fieller
from analysis.frames import Context, Frame, spec
from tests.draws import draws, fewest
from tests.helpers import a_claim, a_quantity

SHARE = a_quantity(name="share_of_loss_restored", scale=Scale.SHARE, unit="of the loss", smallest=0.1, size=1.0)
CLAIM = a_claim(SHARE)


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="a year"
    )
    return spec("exposure").check(table.assign(unit_id=range(len(table))), context)


def counts(*cells: tuple[int, float, int, int]) -> pd.DataFrame:
    """Rows for (treated, dose, n, n who bought again) cells."""
    rows = []
    for treated, dose, n, again in cells:
        rows += [(treated, dose, 1.0)] * again + [(treated, dose, 0.0)] * (n - again)
    return pd.DataFrame(rows, columns=["treated", "dose", "outcome"])


PLAIN = ((0, math.nan, 200, 160), (1, 0, 100, 40), (1, 1, 100, 60))  # 0.8, 0.4, 0.6: half of the loss given back


def scenario(seed: int, n: int = 12_000) -> pd.DataFrame:
    """Small failures are mended most easily, and severity costs repurchase by itself.

    Truth: without failure 0.75 (0.10 more for the valuable); a failure of severity s costs 0.05 + 0.35 s; making good
    gives half of it back. Naive bias: the mended failures were the small ones. Severity is uniform, mended with chance
    0.9 - 0.8 s: its mean is 0.6333 among the unmended and 0.3667 among the mended, so their losses are 0.2717
    and 0.1783 / 2, and the naive share tends to 1 - 0.0892 / 0.2717 = 0.672.
    """
    rng = np.random.default_rng(seed)
    failed, valuable = rng.random(n) < 0.5, rng.random(n) < 0.5
    severity = np.where(failed, rng.uniform(0, 1, n), 0.0)
    mended = failed & (rng.random(n) < 0.9 - 0.8 * severity)
    loss = failed * (0.05 + 0.35 * severity) * np.where(mended, 0.5, 1.0)
    chance = 0.75 + 0.10 * valuable - loss
    return pd.DataFrame(
        {
            "treated": failed.astype(int),
            "dose": np.where(failed, mended.astype(float), np.nan),
            "outcome": (rng.random(n) < chance).astype(float),
            "x_severity": severity,
            "x_value": valuable.astype(float),
        }
    )


def test_without_covariates_only_the_naive_share_is_given_and_it_is_the_plain_one():
    (naive,) = estimate_recovery_share(frame_of(counts(*PLAIN)), CLAIM)
    assert naive.value == pytest.approx((0.6 - 0.4) / (0.8 - 0.4), abs=1e-12)
    assert (naive.role, naive.design, naive.n) == (Role.NAIVE, Design.OBSERVATIONAL, 400)


def test_the_interval_is_fiellers_found_by_search():
    (naive,) = estimate_recovery_share(frame_of(counts(*PLAIN)), CLAIM)
    variance = [p * (1 - p) / (n - 1) for p, n in ((0.8, 200), (0.4, 100), (0.6, 100))]
    critical = stats.t.ppf(0.975, 399) ** 2
    grid = np.linspace(-2, 3, 500_001)
    # mended - unmended - r (without - unmended), the three means being independent
    distance = (0.2 - grid * 0.4) ** 2
    spread = variance[2] + (grid - 1) ** 2 * variance[1] + grid**2 * variance[0]
    inside = grid[distance <= critical * spread]
    assert (naive.low, naive.high) == pytest.approx((inside.min(), inside.max()), abs=2e-5)


def test_a_covariate_that_says_nothing_changes_nothing_but_the_freedom():
    table = counts(*PLAIN)
    table["x_noise"] = np.tile([0.0, 1.0], 200)  # each cell holds as many 0 as 1, in each half
    answer, naive = estimate_recovery_share(frame_of(table), CLAIM)
    assert answer.value == pytest.approx(naive.value, abs=1e-9)
    assert answer.role is Role.ANSWER


def test_means_at_the_failed_customers_covariates_are_those_of_statsmodels_group_by_group():
    import statsmodels.formula.api as smf

    table = scenario(1, n=3000)
    answer, _ = estimate_recovery_share(frame_of(table), CLAIM)
    at = table[table["treated"] == 1][["x_severity", "x_value"]].mean()
    ends = []
    for rows, formula in (
        (table["treated"] == 0, "outcome ~ x_value"),
        (table["dose"] == 0, "outcome ~ x_severity + x_value"),
        (table["dose"] == 1, "outcome ~ x_severity + x_value"),
    ):
        fit = smf.ols(formula, data=table[rows]).fit()
        ends.append(fit.params["Intercept"] + sum(fit.params[c] * at[c] for c in fit.params.index[1:]))
    without, unmended, mended = ends
    assert answer.value == pytest.approx((mended - unmended) / (without - unmended), abs=1e-9)


def test_half_of_the_loss_is_recovered_though_the_naive_share_is_far_higher():
    answer, naive = estimate_recovery_share(frame_of(scenario(2)), CLAIM)
    error = (answer.high - answer.low) / 3.92
    assert answer.value == pytest.approx(0.5, abs=4 * error)
    assert error < 0.1
    assert naive.value == pytest.approx(0.672, abs=4 * (naive.high - naive.low) / 3.92)
    assert naive.low > answer.value
    assert answer.n == 12_000


@pytest.mark.slow
def test_intervals_hold_the_truth_at_about_their_level():
    hits, runs = 0, draws(300, 150)
    for seed in range(runs):
        answer = estimate_recovery_share(frame_of(scenario(seed, n=4000)), CLAIM)[0]
        hits += answer.low is not None and answer.low <= 0.5 <= answer.high
    assert hits >= fewest(runs)


def test_tickets_of_one_customer_widen_the_interval():
    table = scenario(3, n=1500)
    twice = pd.concat([table, table], ignore_index=True)
    once, owned = (
        estimate_recovery_share(frame_of(t), CLAIM)[0]
        for t in (table, twice.assign(cluster=np.tile(np.arange(1500), 2)))
    )
    assert owned.value == pytest.approx(once.value, abs=1e-9)
    assert owned.high - owned.low == pytest.approx(once.high - once.low, rel=0.01)
    assert owned.n == 1500


def test_a_loss_that_may_be_nil_leaves_the_share_without_an_interval():
    (naive,) = estimate_recovery_share(frame_of(counts((0, math.nan, 60, 31), (1, 0, 60, 30), (1, 1, 60, 30))), CLAIM)
    assert not naive.quantified
    assert "the interval has no end: the loss may be none" in naive.method


def test_where_failed_customers_buy_more_there_is_no_loss_and_no_interval():
    (naive,) = estimate_recovery_share(
        frame_of(counts((0, math.nan, 400, 80), (1, 0, 400, 320), (1, 1, 400, 300))), CLAIM
    )
    assert not naive.quantified
    assert "lost nothing" in naive.method


def test_fiellers_interval_touches_where_the_distance_is_the_quantile():
    v = np.array([[0.04, 0.01], [0.01, 0.09]])
    low, high = fieller(1.0, 2.0, v, 3.84)
    for r in (low, high):
        assert (1.0 - r * 2.0) ** 2 == pytest.approx(3.84 * (v[0, 0] - 2 * r * v[0, 1] + r**2 * v[1, 1]))


def test_handling_must_be_known_and_groups_large_enough():
    table = counts(*PLAIN)
    table.loc[len(table) - 1, "dose"] = 0.5
    with pytest.raises(FrameMistake, match=r"`dose` must be 1 \(made good\) or 0 .*got 0.5"):
        estimate_recovery_share(frame_of(table), CLAIM)
    with pytest.raises(FrameMistake, match=r"29 with failure made good"):
        estimate_recovery_share(frame_of(counts(*PLAIN[:2], (1, 1, 29, 10))), CLAIM)
    with pytest.raises(FrameMistake, match="got nan"):
        estimate_recovery_share(frame_of(counts(*PLAIN).drop(columns="dose")), CLAIM)
