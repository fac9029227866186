"""The flagships' figures a second way: from other cells of the tables that they stand in.

TH21  Taylor & Hollenbeck 2021, authors' text (papers/loyalty_programs_targeting_2021/paper.md of the public repository
      bretthollenbeck/bretthollenbeck.github.io), Tables 3 and 4, read again on 30 November 2026 for this test.
"""

from __future__ import annotations

import math

import pytest
from scipy.stats import norm

from analysis.register.evidence import load_evidence

SALES = {"qualified": (47, 6), "other": (615, 34)}
"""TH21, Table 3, joiners: dollars a month and standard errors; the table prints 662 for their sum."""
CHANGE = {"qualified": (37, 24), "other": (10, 67)}
"""TH21, Table 4, all joiners; the table prints 47 with a standard error of 76 for their sum."""
OF_THOSE_WHO_ROSE = {"qualified": (133, 43), "other": (688, 103)}
"""TH21, Table 4, joiners whose sales rose; the table prints 821."""


@pytest.mark.parametrize(
    ("parts", "printed"),
    [(SALES, 662), (CHANGE, 47), (OF_THOSE_WHO_ROSE, 821)],
    ids=["TH21 Table 3: 662", "TH21 Table 4: 47", "TH21 Table 4: 821"],
)
def test_parts_of_spend_add_up_to_what_the_table_prints(parts, printed):
    assert sum(value for value, _ in parts.values()) == printed


def test_th21_error_of_the_sum_is_between_that_of_parts_apart_and_parts_together():
    apart = math.hypot(*(error for _, error in CHANGE.values()))
    together = sum(error for _, error in CHANGE.values())
    assert apart < 76 < together


def test_tiers_spend_after_joining_is_the_change_over_the_spend_with_its_interval():
    (row,) = (
        e
        for e in load_evidence()["tiers-accelerate-spend"]
        if e.source == "Taylor & Hollenbeck 2021" and e.quantity == "spend_after_joining"
    )
    before = sum(value for value, _ in SALES.values())
    change = sum(value for value, _ in CHANGE.values())
    half = float(norm.ppf(0.975)) * 76
    assert [row.value, row.low, row.high] == pytest.approx(
        [100 * change / before, 100 * (change - half) / before, 100 * (change + half) / before], abs=1e-3
    )


def test_joiners_who_rose_are_picked_by_the_outcome_and_have_no_vote():
    rose = sum(value for value, _ in OF_THOSE_WHO_ROSE.values()) / sum(value for value, _ in SALES.values())
    assert rose > 1, "spend more than doubled: the naive story"
    assert not [
        e
        for e in load_evidence()["tiers-accelerate-spend"]
        if e.quantity == "spend_after_joining" and e.role == "answer" and (e.value or 0) > 100
    ]
