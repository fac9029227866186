"""Pictures of what a test looks at: numbers by hand, and which claims have one."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.notebook.section.shapes import changes, near, shapes_of, survivors
from analysis.register.claims import load_register

REGISTER = load_register()


def test_no_bin_holds_members_of_both_sides_of_the_threshold():
    table = near(pd.DataFrame({"running": [-0.05, -0.001, 0.0, 0.049, 0.05, 0.5, -0.6]}))
    assert table["running"].tolist() == [-0.05, -0.001, 0.0, 0.049, 0.05], "half a threshold away and more is left out"
    assert table["bin"].tolist() == [-0.025, -0.025, 0.025, 0.025, 0.075]


def test_change_of_joiners_is_set_against_those_who_had_not_joined_by_then():
    """One joins in period 2 and goes from 5 to 9; one joins in 3, another never: both rise by 1 a period."""
    rows = [
        *((1, period, 2.0, outcome) for period, outcome in enumerate([3, 4, 9, 10])),
        *((2, period, 3.0, outcome) for period, outcome in enumerate([1, 2, 3, 7])),
        *((3, period, None, outcome) for period, outcome in enumerate([0, 1, 2, 3])),
    ]
    found = changes(pd.DataFrame(rows, columns=["unit_id", "period", "joined_period", "outcome"]))["mean"]
    # at joining: 9 - 4 less 1, and 7 - 3 less 1; a period later only the first is seen, against the one who never joins
    assert found[0] == pytest.approx((4 + 3) / 2)
    assert found[1] == pytest.approx(6 - 2)
    assert found[-1] == 0
    assert found[-2] == pytest.approx(0), "all three rose alike before"


def test_whoever_enters_late_is_at_risk_from_then_on():
    """Two from the start, one from year 1.5: of two at risk one leaves at 1, of two one at 2."""
    rows = pd.DataFrame({"entry_years": [0, 0, 1.5], "duration_years": [1, 2, 4], "event": [1, 1, 1]})
    years, shares = survivors(rows)
    assert years == [0, 1, 2, 3]
    assert shares == [1, 0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("claim", "n"),
    [
        ("tiers-accelerate-spend", 2),
        ("tier-benefits-must-be-meaningful", 1),
        ("programme-raises-retention", 2),
        ("referred-customers-are-worth-more", 2),
        ("asking-feedback-retains", 1),
        ("quality-builds-trust", 0),
    ],
)
def test_a_claim_whose_test_has_a_picture_shows_it_as_simulated_with_the_truth(claim, n):
    found = shapes_of(REGISTER[claim])
    assert len(found) == n
    for figure in found:
        assert figure.caption.startswith("Simulated: ")
        assert "the truth is" in figure.alt
        assert figure.rows


def test_equal_seeds_give_equal_pictures():
    first, again = (shapes_of(REGISTER["tier-benefits-must-be-meaningful"], seed=3)[0].svg for _ in range(2))
    assert first == again
    assert first != shapes_of(REGISTER["tier-benefits-must-be-meaningful"], seed=4)[0].svg
