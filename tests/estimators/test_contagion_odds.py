"""Adoption in networks: odds ratios by hand, and a scenario in which everybody adopts later by himself."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.observational.contagion_odds import estimate_contagion_odds
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

CLAIM = a_claim_on("exposure_odds_ratio", Scale.ODDS_RATIO)


def cells(sizes, period=1, network="v 1", start=0):
    """Return columns for (exposure, people, of whom adopted)."""
    rows = [(exposure, int(p < adopted)) for exposure, people, adopted in sizes for p in range(people)]
    return {
        "unit_id": [start + i for i in range(len(rows))],
        "period": [period] * len(rows),
        "exposure": [row[0] for row in rows],
        "adopted": [row[1] for row in rows],
        "network": [network] * len(rows),
    }


def joined(*parts):
    return a_frame(
        "network_adoption", **{name: list(chain.from_iterable(part[name] for part in parts)) for name in parts[0]}
    )


def test_odds_ratio_for_ten_points_more_adopters_among_contacts():
    """20 of 100 adopt with no contact who did, 40 of 100 with half: the ratio of odds over five steps of ten points."""
    answer = of_role(estimate_contagion_odds(joined(cells([(0.0, 100, 20), (0.5, 100, 40)])), CLAIM), "answer")
    assert answer.value == pytest.approx(((40 / 60) / (20 / 80)) ** 0.2, rel=1e-6)


def test_time_is_held_equal():
    """Within each period exposure changes nothing; both rise over time, which is all that the naive number sees."""
    early = cells([(0.1, 200, 20), (0.2, 200, 20)], period=1)
    late = cells([(0.6, 200, 80), (0.9, 200, 80)], period=2, start=1_000)
    found = estimate_contagion_odds(joined(early, late), CLAIM)
    assert of_role(found, "answer").value == pytest.approx(1.0, abs=1e-6)
    assert of_role(found, "naive").low > 1.1


def test_networks_are_held_equal_and_periods_of_their_own_do_no_harm():
    """Two studies whose periods do not meet: each study's dummies of period and network say the same thing twice."""
    one = cells([(0.1, 200, 20), (0.3, 200, 20)], period=1, network="a 1")
    two = cells([(0.7, 200, 80), (0.9, 200, 80)], period=9, network="b 1", start=1_000)
    found = estimate_contagion_odds(joined(one, two), CLAIM)
    assert of_role(found, "answer").value == pytest.approx(1.0, abs=1e-6)


def test_periods_without_adoptions_say_nothing_and_break_nothing():
    quiet = cells([(0.0, 50, 0), (0.5, 50, 0)], period=5, start=1_000)
    busy = cells([(0.0, 100, 20), (0.5, 100, 40)])
    alone, with_quiet = (
        of_role(estimate_contagion_odds(joined(*parts), CLAIM), "answer") for parts in ((busy,), (busy, quiet))
    )
    assert with_quiet.value == pytest.approx(alone.value)


def test_people_who_follow_their_own_clock_show_contagion_only_naively():
    """Forty networks of thirty, contacts drawn at random within them; everybody adopts with a chance that grows with time."""
    rng = np.random.default_rng(1)
    rows = []
    for network in range(40):
        adopted_at = np.full(30, 99)
        for period in range(1, 9):
            draws = (rng.random(30) < 0.03 * period) & (adopted_at == 99)
            adopted_at[draws] = period
        contacts = [rng.choice(np.delete(np.arange(30), i), 4, replace=False) for i in range(30)]
        for i in range(30):
            for period in range(2, min(8, adopted_at[i]) + 1):
                share = float((adopted_at[contacts[i]] < period).mean())
                rows.append((network * 30 + i, period, share, int(adopted_at[i] == period), f"v {network}"))
    unit, period, exposure, adopted, network = (list(column) for column in zip(*rows, strict=True))
    frame = a_frame(
        "network_adoption", unit_id=unit, period=period, exposure=exposure, adopted=adopted, network=network
    )
    found = estimate_contagion_odds(frame, CLAIM)
    answer, naive = of_role(found, "answer"), of_role(found, "naive")
    assert naive.low > 1
    # A person's own absence from his contacts' network mean biases within-network comparisons slightly down.
    assert answer.value < 1.03 and math.log(naive.value) > 2 * abs(math.log(answer.value))
    assert answer.n == 1_200 - sum(1 for i in range(1_200) if i not in set(unit))


def test_too_few_adoptions_or_no_variation_is_refused():
    with pytest.raises(FrameMistake, match=r"at least 30 adoptions must be left.*got 3"):
        estimate_contagion_odds(joined(cells([(0.0, 50, 1), (0.5, 50, 2)])), CLAIM)
    with pytest.raises(FrameMistake, match="column `exposure` must vary"):
        estimate_contagion_odds(joined(cells([(0.5, 100, 40)])), CLAIM)
