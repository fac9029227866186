"""How many times as much: against ratios worked by hand, statsmodels, and scenarios with a stated truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.observational.value_ratio import estimate_value_ratio
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

VALUE = a_quantity(name="value_ratio", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.1, size=None)
RATE = a_quantity(name="referral_rate_ratio", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.1, size=None)
PERCENT = a_quantity(name="percent", scale=Scale.PERCENT, unit="%", size=None)
POINTS = a_quantity(name="points", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
CLAIM = a_claim(VALUE, RATE, PERCENT, POINTS)


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="two years",
        contrast="referred over not referred",
    )  # fmt: skip
    return spec("exposure").check(table.assign(unit_id=range(len(table))), context)


def scenario(seed: int, n: int = 6000) -> pd.DataFrame:
    """Amounts with many zeros; the referred joined in a better channel and later.

    Truth: at equal channel and time the referred bring 1.3 times as much a year. Naive bias: the channel flatters them,
    their shorter time as customers works against them.
    """
    rng = np.random.default_rng(seed)
    channel = (rng.random(n) < 0.5).astype(float)
    treated = (rng.random(n) < 0.2 + 0.5 * channel).astype(int)
    years = rng.uniform(0.5, 1.5, n) + np.where(treated == 1, 0.0, 2.0)
    mean = 20 * years * np.exp(0.8 * channel) * np.where(treated == 1, 1.3, 1.0)
    spent = np.where(rng.random(n) < 0.4, 0.0, mean / 0.6 * rng.lognormal(-0.5, 1.0, n))
    return pd.DataFrame({"treated": treated, "outcome": spent, "x_channel": channel, "x_years": years})


def test_without_covariates_it_is_the_ratio_of_means_with_the_delta_methods_error():
    rng = np.random.default_rng(1)
    treated, control = rng.lognormal(1.0, 0.5, 60), rng.lognormal(0.5, 0.5, 40)
    table = pd.DataFrame({"treated": [1] * 60 + [0] * 40, "outcome": np.concatenate([treated, control])})
    answer, naive = estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio")
    assert answer.value == pytest.approx(treated.mean() / control.mean(), rel=1e-9)
    # robust error of a log ratio of means: sqrt of the relative variances of both
    variance = sum(x.var() / len(x) / x.mean() ** 2 for x in (treated, control))
    assert (math.log(answer.high) - math.log(answer.low)) / (2 * 1.959964) == pytest.approx(
        math.sqrt(variance), rel=1e-6
    )
    assert (naive.value, naive.role, answer.n) == (pytest.approx(answer.value), Role.NAIVE, 100)


def test_with_a_time_at_risk_it_is_a_ratio_of_rates():
    table = pd.DataFrame(
        {
            "treated": [1] * 30 + [0] * 30,
            "outcome": [1.0, 3.0] * 15 + [3.0, 5.0] * 15,
            "x_years": [1.0] * 30 + [8.0] * 30,
        }
    )
    answer, naive = estimate_value_ratio(frame_of(table), CLAIM, quantity="referral_rate_ratio")
    assert answer.value == pytest.approx((2 / 1) / (4 / 8), rel=1e-9)  # four times as many a year
    assert naive.value == pytest.approx(0.5, rel=1e-9)  # half as many in all
    assert "per unit of years" in answer.method
    # asked for a ratio of values, time is not counted unless named
    value = estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio", exposure="x_years")[0]
    assert value.value == pytest.approx(4.0, rel=1e-9)


def test_coefficient_and_clustered_error_are_those_of_statsmodels_on_plain_columns():
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    table = scenario(2, n=800)
    table["cluster"] = np.arange(800) // 2
    answer = estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio", exposure="x_years")[0]
    fit = smf.glm(
        "outcome ~ treated + x_channel", data=table, family=sm.families.Poisson(), exposure=table["x_years"]
    ).fit(cov_type="cluster", cov_kwds={"groups": table["cluster"]})
    assert math.log(answer.value) == pytest.approx(fit.params["treated"], abs=1e-8)
    assert math.log(answer.high / answer.low) / (2 * 1.959964) == pytest.approx(fit.bse["treated"], rel=1e-6)
    assert answer.n == 400


def test_three_tenths_more_are_recovered_where_the_naive_ratio_says_less():
    answer, naive = estimate_value_ratio(frame_of(scenario(3)), CLAIM, quantity="value_ratio", exposure="x_years")
    error = math.log(answer.high / answer.low) / 3.92
    assert math.log(answer.value) == pytest.approx(math.log(1.3), abs=4 * error)
    assert error < 0.1
    assert naive.high < 1


def test_strata_are_held_equal():
    # in each stratum the exposed bring twice as much; the exposed are mostly in the poor one
    cells = ((1, "poor", 80, 2.0), (0, "poor", 40, 1.0), (1, "rich", 40, 20.0), (0, "rich", 80, 10.0))
    rows = [(t, s, y * (0.5 + i % 2)) for t, s, n, y in cells for i in range(n)]
    table = pd.DataFrame(rows, columns=["treated", "stratum", "outcome"])
    answer, naive = estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio")
    assert answer.value == pytest.approx(2.0, rel=1e-6)
    assert naive.value == pytest.approx((80 * 2 + 40 * 20) / (40 + 800), rel=1e-9)


def test_per_cent_is_the_ratio_less_one():
    table = scenario(4, n=600)
    ratio, percent = (estimate_value_ratio(frame_of(table), CLAIM, quantity=q)[0] for q in ("value_ratio", "percent"))
    assert [percent.value, percent.low, percent.high] == pytest.approx(
        [100 * (x - 1) for x in (ratio.value, ratio.low, ratio.high)]
    )


def test_wrong_input_is_named():
    table = scenario(5, n=400)
    with pytest.raises(ParameterMistake, match=r"must be on the scale 'ratio' or 'percent'; got 'points'"):
        estimate_value_ratio(frame_of(table), CLAIM, quantity="points")
    with pytest.raises(FrameMistake, match=r"`x_age` must hold the time at risk; it has x_channel, x_years"):
        estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio", exposure="x_age")
    with pytest.raises(FrameMistake, match=r"`x_channel` must be above 0 for everyone; got 0.0"):
        estimate_value_ratio(frame_of(table), CLAIM, quantity="value_ratio", exposure="x_channel")
    with pytest.raises(FrameMistake, match="must be 0 or more"):
        estimate_value_ratio(frame_of(table.assign(outcome=-1.0)), CLAIM, quantity="value_ratio")
    nothing = table.assign(outcome=table["outcome"] * (1 - table["treated"]))
    with pytest.raises(FrameMistake, match="above 0 for someone exposed"):
        estimate_value_ratio(frame_of(nothing), CLAIM, quantity="value_ratio")
