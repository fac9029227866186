"""One offer: what was put in comes out at the earlier buyers' mix of strata, and not over all together."""

from __future__ import annotations

import pytest

from analysis.calibration.scenarios import same_offer
from tests.calibration.scenarios.recovering import assert_recovers

SCENARIOS = {scenario.name: scenario for scenario in same_offer.SCENARIOS}


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("better_offers_gap", 3.0),
        ("better_offers_ratio", 1.3),
        ("better_offers_odds", 1.3),
        ("called_until_they_buy", 1.5),
    ],
)
def test_truth_is_found_and_the_naive_number_misses_it(name, effect):
    assert_recovers(SCENARIOS[name], effect, 10_000)


def test_contacts_ratio_of_a_doubled_chance():
    """One stratum's worth: contacts per sale are 1 / p whatever the most calls, so the ratio in each stratum is e."""
    calls = [(1 - (1 - p) ** 4) / p / (1 - (1 - p) ** 4) for p in (0.1, 0.2)]
    assert calls[0] / calls[1] == pytest.approx(2.0)
    assert 1.9 < same_offer.contacts_ratio(2.0) < 2.0
