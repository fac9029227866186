"""Talk and growth: slopes and errors derived a second time with statsmodels, and a ratio that has no bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.estimators.observational.valence_growth import estimate_review_elasticity, estimate_valence_slopes
from analysis.register.claims import load_register
from tests.estimators.frames_for_tests import a_frame

CLAIM = load_register()["negative-word-of-mouth-costs-more"]
BRINGS = load_register()["word-of-mouth-brings-customers"]


def books(n=400, bad=-0.4, good=0.1, seed=3):
    rng = np.random.default_rng(seed)
    author = np.arange(n) // 2
    mood = rng.normal(size=author.max() + 1)[author]
    table = {
        "bad_share": rng.uniform(2, 20, n),
        "good_share": rng.uniform(30, 80, n),
        "mean_score": rng.uniform(3, 5, n),
        "reviews": rng.integers(20, 2_000, n),
        "before": rng.integers(500, 90_000, n),
        "cluster": author,
        "x_age": rng.normal(size=n),
    }
    growth = 20 + bad * table["bad_share"] + good * table["good_share"] + 2 * table["x_age"] + 3 * mood
    table["after"] = np.round(table["before"] * np.exp((growth + rng.normal(0, 3, n)) / 100)).astype(int)
    return table


def by_name(estimates, name, role):
    found = [e for e in estimates if (e.quantity, str(e.role)) == (name, role)]
    assert len(found) == 1
    return found[0]


def fits(table):
    data = pd.DataFrame(table)
    data["growth"] = 100 * np.log(data["after"] / data["before"])
    data["net"] = data["good_share"] - data["bad_share"]
    rest = "np.log(before) + np.log(reviews) + x_age"
    return [smf.ols(f"growth ~ {share} + {rest}", data).fit() for share in ("bad_share", "good_share", "net")]


def test_slopes_are_those_of_one_regression_for_each_share():
    table = books()
    found = estimate_valence_slopes(a_frame("valence_growth", **table), CLAIM)
    bad, good, net = (fit.params.iloc[1] for fit in fits(table))
    assert by_name(found, "growth_slope_difference", "answer").value == pytest.approx(-bad - good)
    assert by_name(found, "growth_slope_ratio", "answer").value == pytest.approx(-bad / good)
    assert by_name(found, "growth_slope_ratio", "naive").value == pytest.approx(-bad / net)
    spread = np.std(table["bad_share"]) / np.std(table["good_share"])
    assert by_name(found, "ratio_per_standard_deviation", "context").value == pytest.approx(-bad / good * spread)


def test_interval_of_the_difference_is_that_of_two_stacked_regressions_clustered_by_maker():
    """Second derivation: both regressions as one with everything doubled, and the sandwich over makers."""
    table = books(n=2_000)
    data = pd.DataFrame(table)
    data["growth"] = 100 * np.log(data["after"] / data["before"])
    twice = pd.concat(
        [data.assign(share=-data["bad_share"], second=0), data.assign(share=data["good_share"], second=1)]
    )
    fit = smf.ols("growth ~ second * (share + np.log(before) + np.log(reviews) + x_age)", twice).fit(
        cov_type="cluster", cov_kwds={"groups": twice["cluster"]}
    )
    answer = by_name(
        estimate_valence_slopes(a_frame("valence_growth", **table), CLAIM), "growth_slope_difference", "answer"
    )
    assert answer.value == pytest.approx(-fit.params["second:share"])
    assert answer.high - answer.low == pytest.approx(2 * 1.96 * fit.bse["second:share"], rel=0.06)
    assert answer.n == 1_000


def test_a_ratio_over_a_slope_that_may_be_nothing_has_no_bounds():
    found = estimate_valence_slopes(a_frame("valence_growth", **books(good=0.0)), CLAIM)
    ratio = by_name(found, "growth_slope_ratio", "answer")
    assert (ratio.low, ratio.high) == (None, None)
    assert by_name(found, "growth_slope_difference", "answer").low > 0


def test_same_seed_same_interval_and_a_role_of_context():
    frame = a_frame("valence_growth", **books())
    assert estimate_valence_slopes(frame, CLAIM, seed=4) == estimate_valence_slopes(frame, CLAIM, seed=4)
    beside = estimate_valence_slopes(frame, CLAIM, role="context")
    assert "answer" not in {str(e.role) for e in beside}


def test_elasticities_are_those_of_statsmodels_poisson():
    table = books()
    data = pd.DataFrame(table).assign(new=lambda d: (d["after"] - d["before"]).clip(lower=0))
    fit = smf.poisson("new ~ np.log(before) + np.log(reviews) + np.log(mean_score) + x_age", data).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": data["cluster"]}, maxiter=200
    )
    frame = a_frame("valence_growth", **table)
    for quantity, term in (("review_volume_elasticity", "reviews"), ("review_valence_elasticity", "mean_score")):
        answer = by_name(estimate_review_elasticity(frame, BRINGS, quantity=quantity), quantity, "answer")
        assert answer.value == pytest.approx(fit.params[f"np.log({term})"], rel=1e-4)
        assert answer.high - answer.value == pytest.approx(1.96 * fit.bse[f"np.log({term})"], rel=0.01)


def test_what_cannot_be_estimated_is_refused():
    few = {name: column[:40] for name, column in books().items()}
    with pytest.raises(FrameMistake, match="at least 30 makers are needed; got 20"):
        estimate_valence_slopes(a_frame("valence_growth", **few), CLAIM)
    with pytest.raises(FrameMistake, match="`good_share` must differ"):
        estimate_valence_slopes(a_frame("valence_growth", **{**books(), "good_share": 50.0}), CLAIM)
    without = {name: column for name, column in books().items() if name != "mean_score"}
    with pytest.raises(FrameMistake, match="`mean_score` must be given"):
        estimate_review_elasticity(a_frame("valence_growth", **without), BRINGS)
    with pytest.raises(ParameterMistake, match="quantity"):
        estimate_review_elasticity(a_frame("valence_growth", **books()), BRINGS, quantity="peer_effect")
