"""Pace on the way to a threshold: against waits worked by hand, a second package, and scenarios with a stated truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

PACE = a_quantity(name="pace_per_step", scale=Scale.PERCENT, unit="% a step", size=None)
CLAIM = a_claim(PACE)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
)


def frame_of(rows: list[tuple] | pd.DataFrame, **more) -> Frame:
    table = pd.DataFrame(rows, columns=["unit_id", "cycle", "wait", "progress", "gap_days", "reached"])
    return spec("tier_approach").check(table.assign(**more), CONTEXT)


def halving_runs(n: int = 40, reached: int = 1) -> list[tuple]:
    """From 0.3 of the way on members wait half as long as from 0.2, each at an own pace: +100 % for the one step.

    Half a day more and half a day less in turn, which leaves the sums as they are: without scatter the square of the error is
    what rounding makes of nothing, above or below it by the processor.
    """
    return [
        (u, 0, w, 0.2 + w / 10, (8 + u) * 2.0 / 2**w + w * (-1) ** u / 2, reached) for u in range(n) for w in (0, 1)
    ]


def scenario(seed: int, gain: float, deadline: float, n: int = 400, amounts: bool = False) -> Frame:
    """Members with paces of their own, ten purchases to the threshold, runs broken off at the deadline.

    Truth: the expected wait falls by exp(-gain) with each tenth of the way. Waits are gamma (more even than Poisson's).
    """
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(n):
        mean, shape = rng.gamma(2.0, 5.0) + 1, 2.0
        for cycle in range(2):
            at, progress, wait, run = 0.0, 0.1, 0, []
            while progress < 1 - 1e-9:
                gap = rng.gamma(shape, mean / shape * math.exp(-gain * 10 * progress))
                at += gap
                if at > deadline:
                    break
                run.append((unit, cycle, wait, progress, gap))
                wait += 1
                progress += rng.gamma(2.0, 0.05) if amounts else 0.1
            rows += [(*row, int(progress >= 1 - 1e-9)) for row in run]
    return frame_of(rows)


def test_waits_that_halve_over_one_step_are_a_doubled_pace_whatever_the_members_own():
    answer, _ = estimate_goal_gradient(frame_of(halving_runs()), CLAIM)
    assert answer.value == pytest.approx(100.0, abs=1e-5)
    assert (answer.n, answer.role, answer.quantity) == (40, Role.ANSWER, "pace_per_step")
    assert answer.low <= answer.value <= answer.high


def test_the_slope_is_that_of_a_poisson_regression_with_a_dummy_for_each_run():
    import statsmodels.api as sm

    frame = scenario(3, gain=0.05, deadline=1e9, n=35)
    table = frame.table
    runs = pd.get_dummies(table["unit_id"] * 10 + table["cycle"], dtype=float).to_numpy()
    design = np.column_stack([10 * table["progress"], runs])
    fit = sm.GLM(table["gap_days"].to_numpy(), design, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": table["unit_id"].to_numpy()}
    )
    answer, _ = estimate_goal_gradient(frame, CLAIM)
    assert answer.value == pytest.approx(100 * math.expm1(-fit.params[0]), abs=1e-4)
    half = math.log1p(answer.high / 100) - math.log1p(answer.value / 100)
    # statsmodels counts the dummies in its factor (n - 1) / (n - k); runs nested in the cluster should not count
    nested = math.sqrt((len(table) - 1) / (len(table) - design.shape[1]))
    assert half / stats.t.ppf(0.975, 34) == pytest.approx(fit.bse[0] / nested, rel=0.01)


@pytest.mark.parametrize("amounts", [False, True])
def test_nobody_hurries_and_a_deadline_breaks_off_the_slow_runs_no_gradient_is_found_but_naively(amounts):
    answer, naive = estimate_goal_gradient(scenario(11, gain=0.0, deadline=100.0, amounts=amounts), CLAIM)
    error = (answer.high - answer.low) / 3.92
    assert abs(answer.value) < 4 * error
    assert error < 1.0  # precise enough to mean something against the smallest effect of 1 % a step
    assert naive.low > 3.0  # only the quick get near the threshold
    assert (naive.role, naive.design) == (Role.NAIVE, Design.OBSERVATIONAL)


def test_a_true_gain_of_five_per_cent_a_step_is_recovered():
    answer, _ = estimate_goal_gradient(scenario(5, gain=math.log(1.05), deadline=1e9), CLAIM)
    assert answer.value == pytest.approx(5.0, abs=4 * (answer.high - answer.low) / 3.92)
    assert answer.low > 0


def test_unfinished_runs_and_placebo_runs_do_not_touch_the_answer():
    finished = halving_runs()
    unfinished = [(u, 1, w, 0.2 + w / 10, 5.0 * (1 + 9 * w), 0) for u in range(40) for w in (0, 1)]
    placebo = [(u, 2, w, 0.2 + w / 10, 5.0 * (1 + 9 * w), 1) for u in range(40) for w in (0, 1)]
    flags = [0] * 160 + [1] * 80
    answer, _ = estimate_goal_gradient(frame_of(finished + unfinished + placebo, placebo=flags), CLAIM)
    assert answer.value == pytest.approx(100.0, abs=1e-5)


def test_a_busy_month_is_not_a_rush_where_the_month_is_known():
    """Everyone is twice as quick in month 1; half of the members reach it in the second wait, half in the first."""
    rows, months = [], []
    for unit in range(80):
        for wait in (0, 1):
            month = (wait + unit % 2) % 2
            rows.append((unit, 0, wait, 0.2 + wait / 10, (8.0 + unit) / (2.0 if month else 1.0), 1))
            months.append(month)
    with_month, _ = estimate_goal_gradient(frame_of(rows, month=months), CLAIM)
    assert with_month.value == pytest.approx(0.0, abs=1e-5)
    only_late = [row for row in rows if row[0] % 2 == 0]
    without, _ = estimate_goal_gradient(frame_of(only_late), CLAIM)
    assert without.value == pytest.approx(100.0, abs=1e-5)  # the same season, unheeded, is a gradient


def test_the_month_does_not_tell_how_quick_the_earlier_waits_were():
    """Nobody hurries: ten waits a run, all drawn alike, runs that begin in any month of three years.

    With the month itself held equal the answer would be far below 0: at a given time of a run, whoever is nearer to the
    threshold was quick so far, and is slower than his own mean from then on.
    """
    rng = np.random.default_rng(8)
    rows, months = [], []
    for unit in range(300):
        start, waits = rng.uniform(0, 1_095), rng.exponential(30, 10)
        for wait, gap in enumerate(waits):
            rows.append((unit, 0, wait, 0.05 + wait / 11, float(gap), 1))
            months.append(int((start + waits[:wait].sum()) // 30.4))
    answer, _ = estimate_goal_gradient(frame_of(rows, month=months), CLAIM)
    assert abs(answer.value) < 4 * (answer.high - answer.low) / 3.92
    assert answer.high - answer.low < 5


def test_too_few_finished_runs_are_refused_with_the_number():
    with pytest.raises(FrameMistake, match=r"at least 30 members .*; got 29"):
        estimate_goal_gradient(frame_of(halving_runs(29)), CLAIM)
    with pytest.raises(FrameMistake, match="got 0"):
        estimate_goal_gradient(frame_of(halving_runs(40, reached=0)), CLAIM)
