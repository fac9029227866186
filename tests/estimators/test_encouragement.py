"""The peer effect by an instrument: Wald's ratio by hand, two other packages, weak instruments, planted truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.randomised.encouragement import estimate_peer_effect
from analysis.estimators.randomised.instrument import fit_instrument
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

CLAIM = a_claim(a_quantity(name="peer_effect", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None))
SAME = 1e-8


def village_table(effect: float = 0.4, confounding: float = 0.0, n_villages: int = 60, seed: int = 3) -> pd.DataFrame:
    """Villages of 20: a default drawn at random lifts the peers' rate by 0.2; taste, shared by a village, lifts both.

    Own uptake = 0.1 + effect · peers' rate + confounding · taste, drawn as 0 or 1. Taste lies in [-0.2, 0.2] and moves the
    peers' rate one to one, so the plain coefficient is biased upwards by confounding · var(taste) / var(rate).
    """
    rng = np.random.default_rng(seed)
    village = np.repeat(np.arange(n_villages), 20)
    encouraged = np.repeat(rng.permutation(np.arange(n_villages) % 2), 20)
    taste = np.repeat(rng.uniform(-0.2, 0.2, n_villages), 20)
    rate = 0.3 + 0.2 * encouraged + taste
    outcome = (rng.random(len(village)) < 0.1 + effect * rate + confounding * taste).astype(float)
    return pd.DataFrame({"outcome": outcome, "peer_rate": rate, "instrument": encouraged, "cluster": village})


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(
        source="Villages", kind=Kind.PUBLIC, design=Design.RANDOMISED, population="farmers", period="a season"
    )
    return spec("peer_encouragement").check(table.assign(unit_id=range(len(table))), context)


def test_estimate_is_walds_ratio_of_two_differences_in_means():
    table = village_table()
    answer, _ = estimate_peer_effect(frame_of(table), CLAIM)
    means = table.groupby("instrument")[["outcome", "peer_rate"]].mean()
    wald = (means.loc[1, "outcome"] - means.loc[0, "outcome"]) / (means.loc[1, "peer_rate"] - means.loc[0, "peer_rate"])
    assert answer.value == pytest.approx(100 * 0.1 * wald, abs=SAME)
    assert answer.low < answer.value < answer.high


def test_point_and_error_agree_with_linearmodels_and_pyfixest():
    import pyfixest as pf
    from linearmodels.iv import IV2SLS

    table = village_table().assign(x_age=lambda t: np.arange(len(t)) % 17)
    fit = fit_instrument(
        table["outcome"].to_numpy(), table["peer_rate"].to_numpy(), table["instrument"].to_numpy(),
        controls=table[["x_age"]].to_numpy(), clusters=table["cluster"].to_numpy(),
    )  # fmt: skip
    other = IV2SLS(table["outcome"], table[["x_age"]].assign(one=1.0), table["peer_rate"], table["instrument"]).fit(
        cov_type="clustered", clusters=table["cluster"], debiased=True
    )
    third = pf.feols("outcome ~ x_age | peer_rate ~ instrument", data=table, vcov={"CRV1": "cluster"})
    assert fit.value == pytest.approx(other.params["peer_rate"], abs=SAME)
    assert fit.value == pytest.approx(third.coef()["peer_rate"], abs=SAME)
    assert fit.error == pytest.approx(third.se()["peer_rate"], rel=1e-3)
    assert fit.error == pytest.approx(other.std_errors["peer_rate"], rel=0.02)  # another small-sample factor


def test_anderson_rubin_interval_is_where_the_instrument_explains_nothing_of_what_is_left():
    import statsmodels.api as sm
    from scipy.stats import f

    table = village_table(n_villages=40)
    fit = fit_instrument(
        table["outcome"].to_numpy(), table["peer_rate"].to_numpy(), table["instrument"].to_numpy(),
        clusters=table["cluster"].to_numpy(),
    )  # fmt: skip

    def statistic(b0: float) -> float:
        left = table["outcome"] - b0 * table["peer_rate"]
        ols = sm.OLS(left, sm.add_constant(table["instrument"].astype(float))).fit(
            cov_type="cluster", cov_kwds={"groups": table["cluster"]}
        )
        return float(ols.tvalues.iloc[1] ** 2)

    critical = f.ppf(0.95, 1, 39)
    assert statistic(fit.low) == pytest.approx(critical, rel=1e-6)
    assert statistic(fit.high) == pytest.approx(critical, rel=1e-6)
    assert statistic((fit.low + fit.high) / 2) < critical < statistic(fit.high + 0.2)


def test_a_strong_instrument_makes_the_interval_the_usual_one():
    rng = np.random.default_rng(2)
    z = rng.integers(0, 2, 20_000).astype(float)
    d = z + rng.normal(0, 0.1, 20_000)
    y = 0.5 * d + rng.normal(0, 1, 20_000)
    fit = fit_instrument(y, d, z)
    assert fit.f > 1e5
    assert (fit.low, fit.high) == pytest.approx((fit.value - 1.96 * fit.error, fit.value + 1.96 * fit.error), abs=1e-4)


def test_instrument_frees_the_estimate_of_a_confounder_that_misleads_the_plain_regression():
    # var(taste) = 0.4²/12, var(rate) = that + 0.01, so the plain coefficient is off by 0.571 · 0.8 = 0.457 on average.
    answers, naives = zip(
        *(
            (e.value for e in estimate_peer_effect(frame_of(village_table(0.2, confounding=0.8, seed=s)), CLAIM))
            for s in range(30)
        ),
        strict=True,
    )
    assert np.mean(answers) == pytest.approx(2.0, abs=0.8)  # 10 points more among peers: 2 points more
    assert np.mean(naives) == pytest.approx(2.0 + 4.57, abs=0.8)


def test_naive_number_is_the_plain_regression_and_marked_as_such():
    import statsmodels.api as sm

    table = village_table()
    _, naive = estimate_peer_effect(frame_of(table), CLAIM)
    ols = sm.OLS(table["outcome"], sm.add_constant(table["peer_rate"])).fit(
        cov_type="cluster", cov_kwds={"groups": table["cluster"]}, use_t=True
    )
    assert naive.value == pytest.approx(10 * ols.params["peer_rate"])
    assert (naive.low, naive.high) == pytest.approx(tuple(10 * ols.conf_int().loc["peer_rate"]), rel=1e-6)
    assert (naive.role, naive.design) == (Role.NAIVE, Design.OBSERVATIONAL)


def test_weak_instrument_is_named_and_gives_no_interval_where_it_has_no_end():
    table = village_table()
    table["instrument"] = np.repeat(np.random.default_rng(9).permutation(np.arange(60) % 2), 20)
    answer, _ = estimate_peer_effect(frame_of(table), CLAIM)
    assert "weak" in answer.method
    assert answer.low is None and "no end" in answer.method


def test_controls_that_repeat_each_other_do_no_harm():
    table = village_table().assign(x_a=lambda t: np.arange(len(t)) % 5, x_b=lambda t: 2.0 * (np.arange(len(t)) % 5))
    once, _ = estimate_peer_effect(frame_of(table.drop(columns="x_b")), CLAIM)
    twice, _ = estimate_peer_effect(frame_of(table), CLAIM)
    assert (once.value, once.low, once.high) == pytest.approx((twice.value, twice.low, twice.high))


def test_too_few_groups_are_refused():
    with pytest.raises(FrameMistake, match="at least 20"):
        estimate_peer_effect(frame_of(village_table(n_villages=10)), CLAIM)


def test_an_instrument_that_does_not_vary_is_refused():
    with pytest.raises(FrameMistake, match="must vary"):
        estimate_peer_effect(frame_of(village_table().assign(instrument=1.0)), CLAIM)


@pytest.mark.slow
def test_interval_covers_the_truth_even_where_the_instrument_is_weak():
    covered = 0
    for seed in range(300):
        table = village_table(0.3, confounding=0.5, n_villages=80, seed=seed)
        rng = np.random.default_rng(1000 + seed)
        table["peer_rate"] = np.clip(table["peer_rate"] - 0.14 * table["instrument"], 0, 1)  # first stage 0.06
        table["outcome"] = (
            rng.random(len(table)) < 0.1 + 0.3 * table["peer_rate"] + 0.5 * (table["peer_rate"] - 0.3)
            - 0.5 * 0.06 * table["instrument"]
        ).astype(float)  # fmt: skip
        answer, _ = estimate_peer_effect(frame_of(table), CLAIM)
        covered += answer.low is None or answer.low <= 3.0 <= answer.high
    assert covered / 300 > 0.91  # 95 % less three standard errors
