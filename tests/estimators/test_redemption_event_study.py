"""Weeks round a redemption: against rates worked by hand and a scenario of bursts in which redeeming does nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.quasi_experimental.redemption_event_study import estimate_redemption_event_study
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

AFTER = a_quantity(name="purchase_change_after", scale=Scale.PERCENT, unit="%", size=None)
BEFORE = a_quantity(name="purchase_change_before", scale=Scale.PERCENT, unit="%", size=None)
CLAIM = a_claim(AFTER, BEFORE)


def frame_of(table: pd.DataFrame) -> Frame:
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
    )
    return spec("redemption_windows").check(table, context)


def windows(rates: dict[str, int], n: int = 40, first_id: int = 0, **more) -> pd.DataFrame:
    """Windows of weeks -8 to 7 with so many purchases a week in each phase; members differ in level by a factor."""
    rows = []
    for unit in range(n):
        for week in range(-8, 8):
            phase = (
                "redeeming" if week == 0 else "before" if -4 <= week < 0 else "after" if 1 <= week <= 4 else "ordinary"
            )
            rows.append((unit, first_id + unit, week, rates[phase] * (1 + unit % 3)))
    table = pd.DataFrame(rows, columns=["unit_id", "redemption_id", "relative_week", "n_purchases"])
    return table.assign(**more)


def bursts(seed: int, redeem_effect: float = 1.0, n: int = 600) -> pd.DataFrame:
    """Members who switch between busy and idle spells; they redeem at one purchase and not at another.

    Truth: the weeks after a redemption are `redeem_effect` times as busy as those after an ordinary purchase. Naive
    bias over ordinary weeks: weeks round any purchase lie in a busy spell.
    """
    rng = np.random.default_rng(seed)
    frames = []
    for unit in range(n):
        busy = np.repeat(rng.random(25) < 0.4, 4)  # spells of four weeks over 100 weeks
        weekly = rng.poisson(np.where(busy, 1.5, 0.1))
        bought = np.flatnonzero(weekly[10:90] > 0) + 10
        if len(bought) < 2:
            continue
        anchors = rng.choice(bought, 2, replace=False)
        for placebo, anchor in enumerate(anchors):
            weeks = np.arange(-8, 8)
            counts = weekly[anchor + weeks].astype(float)
            if not placebo:
                counts = counts + (weeks >= 1) * (weeks <= 4) * rng.poisson((redeem_effect - 1) * counts)
            counts[weeks == 0] -= 1
            frames.append(
                pd.DataFrame(
                    {
                        "unit_id": unit,
                        "redemption_id": 2 * unit + placebo,
                        "relative_week": weeks,
                        "n_purchases": counts.astype(int),
                        "placebo": placebo,
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def test_rates_by_hand():
    table = windows({"ordinary": 1, "before": 3, "after": 2, "redeeming": 9})
    after, before, naive = estimate_redemption_event_study(frame_of(table), CLAIM)
    assert after.value == pytest.approx(100.0, abs=1e-4)
    assert before.value == pytest.approx(200.0, abs=1e-4)
    assert naive.value == pytest.approx(100 * (2 / 3 - 1), abs=1e-4)
    assert [e.role for e in (after, before, naive)] == [Role.ANSWER, Role.CONTEXT, Role.NAIVE]
    assert (after.n, naive.design) == (40, Design.OBSERVATIONAL)
    assert any("bursts" in words for words in after.assumptions)


def test_what_ordinary_purchases_show_is_taken_off():
    real = windows({"ordinary": 1, "before": 3, "after": 2, "redeeming": 9}, placebo=0)
    ordinary = windows({"ordinary": 2, "before": 4, "after": 3, "redeeming": 9}, first_id=1000, placebo=1)
    after, before, gross, naive = estimate_redemption_event_study(frame_of(pd.concat([real, ordinary])), CLAIM)
    assert after.value == pytest.approx(100 * (2 / 1.5 - 1), abs=1e-4)
    assert before.value == pytest.approx(100 * (3 / 2 - 1), abs=1e-4)
    assert gross.value == pytest.approx(100.0, abs=1e-4)
    assert (gross.role, gross.quantity) == (Role.CONTEXT, "purchase_change_after")
    assert naive.value == pytest.approx(100 * (2 / 3 - 1), abs=1e-4)
    assert not any("bursts" in words for words in after.assumptions)


def test_in_a_scenario_of_bursts_redeeming_does_nothing_though_its_weeks_are_busier_than_ordinary_ones():
    after, _, gross, _ = estimate_redemption_event_study(frame_of(bursts(1)), CLAIM)
    assert abs(after.value) < 4 * (after.high - after.low) / 3.92
    assert gross.low > 10


def test_half_as_much_again_after_redeeming_is_recovered():
    after = estimate_redemption_event_study(frame_of(bursts(2, redeem_effect=1.5)), CLAIM)[0]
    assert after.value == pytest.approx(50.0, abs=4 * (after.high - after.low) / 3.92)
    assert after.low > 0


def test_clustering_heeds_that_a_members_windows_go_together():
    table = bursts(3, n=200)
    twice = pd.concat([table, table.assign(redemption_id=table["redemption_id"] + 10_000)])
    once, doubled = (estimate_redemption_event_study(frame_of(t), CLAIM)[0] for t in (table, twice))
    assert doubled.value == pytest.approx(once.value, abs=1e-4)
    assert doubled.high - doubled.low == pytest.approx(once.high - once.low, rel=0.01)


def test_more_weeks_count_as_after_if_asked_and_the_run_up_can_be_left_out():
    table = windows({"ordinary": 1, "before": 3, "after": 2, "redeeming": 9})
    found = estimate_redemption_event_study(frame_of(table), CLAIM, quantity_before=None, weeks=6)
    # weeks 1 to 6 hold 4 x 2 + 2 x 1 purchases, against ordinary weeks of 1
    assert [e.quantity for e in found] == ["purchase_change_after"] * 2
    assert found[0].value == pytest.approx(100 * (10 / 6 - 1), abs=1e-4)


def test_no_ordinary_weeks_or_too_few_members_are_refused():
    table = windows({"ordinary": 1, "before": 3, "after": 2, "redeeming": 9}, n=29)
    with pytest.raises(FrameMistake, match=r"at least 30 members .*; got 29"):
        estimate_redemption_event_study(frame_of(table), CLAIM)
    with pytest.raises(FrameMistake, match=r"got 0.*fewer `weeks`"):
        estimate_redemption_event_study(frame_of(table), CLAIM, weeks=8)
    with pytest.raises(ParameterMistake, match="`weeks` must be a whole number"):
        estimate_redemption_event_study(frame_of(table), CLAIM, weeks=0)
