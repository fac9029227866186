"""Bass curves without noise give back their coefficients; a curve without any imitation gives back none."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Role, Scale
from analysis.estimators.aggregate.diffusion import bass_share, estimate_imitation, fit_bass
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("imitation_coefficient", Scale.SHARE)


def step_by_step(p, q, market, before, periods, steps=2_000):
    """Adoptions by small steps of the differential equation itself: a second way to the same curve."""
    total, found = before, []
    for _ in range(periods):
        for _ in range(steps):
            total += (p + q * total / market) * (market - total) / steps
        found.append(total)
    return np.array(found)


@pytest.mark.parametrize("before", [0.0, 200.0])
def test_coefficients_of_a_curve_are_found_from_its_launch_or_from_later_on(before):
    curve = step_by_step(p=0.02, q=0.4, market=1_000, before=before, periods=15)
    fit = fit_bass(curve, n_before=before)
    assert (fit.p, fit.q, fit.market) == pytest.approx((0.02, 0.4, 1_000), rel=0.01)


def test_share_is_basss_own_formula_from_the_launch():
    """F(t) = (1 - exp(-(p+q)t)) / (1 + (q/p) exp(-(p+q)t))."""
    t, p, q = np.arange(1.0, 9.0), 0.03, 0.38
    decay = np.exp(-(p + q) * t)
    assert bass_share(t, p, q) == pytest.approx((1 - decay) / (1 + q / p * decay))


def test_a_curve_that_only_slows_down_shows_no_imitation():
    curve = step_by_step(p=0.2, q=0.0, market=1_000, before=0.0, periods=15)
    assert fit_bass(curve).q == pytest.approx(0.0, abs=0.01)


def test_estimate_is_a_model_beside_the_claim_and_counted_by_the_year():
    curve = step_by_step(p=0.02, q=0.4, market=1_000, before=0.0, periods=15)
    frame = a_frame(
        "diffusion_curve",
        product=["a"] * 15,
        period=range(15),
        n_new=np.diff(curve, prepend=0.0),
        n_total=curve,
    )
    estimate = estimate_imitation(frame, CLAIM, periods_per_year=4)[0]
    assert estimate.value == pytest.approx(1.6, rel=0.01)
    assert (estimate.design, estimate.role) == (Design.MODEL, Role.CONTEXT)


def test_short_curves_and_impossible_years_are_refused():
    with pytest.raises(FrameMistake, match="at least 8 periods"):
        fit_bass(np.arange(1.0, 6.0))
    frame = a_frame(
        "diffusion_curve", product=["a"] * 9, period=range(9), n_new=[1.0] * 9, n_total=np.arange(1.0, 10.0)
    )
    with pytest.raises(ParameterMistake, match="`periods_per_year` must be above 0; got 0"):
        estimate_imitation(frame, CLAIM, periods_per_year=0)
