"""Small groups of a company's own customers are held back, and what would give them away with them."""

import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Kind
from analysis.notebook.disclosure import held_back, is_small, rate_is_small, require_smallest_group, without_small
from analysis.verdicts.findings import Findings
from tests.helpers import a_claim, an_estimate

# Two regions by three tiers with their totals, cell by cell:
#            A        B        C     all
# east    0:   3   1:  20   2:  30   3:  53
# west    4:  25   5:  40   6:  12   7:  77
# all     8:  28   9:  60  10:  42  11: 130
COUNTS = [3, 20, 30, 53, 25, 40, 12, 77, 28, 60, 42, 130]
ROWS = [{a: 1, a + 1: 1, a + 2: 1, a + 3: -1} for a in (0, 4, 8)]
COLUMNS = [{a: 1, a + 4: 1, a + 8: -1} for a in range(4)]
TOTALS = (3, 7, 8, 9, 10, 11)


def test_table_is_held_back_as_by_hand():
    """By hand: the 3 goes; its row and its column need a second cell each, and those two a common corner.

    Corners: {B: 20, 25, 40} costs 85 customers, {C: 30, 25, 12} costs 67, so C is taken.
    """
    assert held_back(COUNTS, ROWS + COLUMNS, 10, TOTALS) == {0, 2, 4, 6}


def test_nothing_is_held_back_where_nothing_is_small():
    assert held_back([13, *COUNTS[1:]], [], 10) == frozenset()
    assert held_back([0, 20, 20], [{0: 1, 1: 1, 2: -1}], 10) == frozenset()


def test_no_solution_is_left_that_tells_a_small_cell():
    """Brute force: with the visible cells fixed, the small one can still take another whole number of 0 or more."""
    hidden = sorted(held_back(COUNTS, ROWS + COLUMNS, 10, TOTALS))
    found = set()
    for guess in range(34):
        rest = {0: guess, 2: 33 - guess, 4: 28 - guess, 6: 37 - (28 - guess)}
        assert sorted(rest) == hidden
        cells = [rest.get(place, count) for place, count in enumerate(COUNTS)]
        sums = [sum(sign * cells[cell] for cell, sign in equation.items()) for equation in ROWS + COLUMNS]
        if not any(sums) and min(cells) >= 0:
            found.add(guess)
    assert len(found) > 20 and 3 in found


def test_total_is_held_back_where_nothing_else_is_left():
    assert held_back([3, 0, 3], [{0: 1, 1: 1, 2: -1}], 10, totals=(2,)) == {0, 2}
    assert held_back([4, 14], [{0: 1, 1: -1}], 10, totals=(1,)) == {0, 1}


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (9, True), (10, False)])
def test_threshold_is_the_smallest_that_is_shown(count, small):
    assert is_small(count, 10) is small
    assert not is_small(count, 1)


def test_rate_is_small_above_the_line_below_it_and_in_between():
    from analysis.measures.rates import churn_rate

    assert [rate_is_small(churn_rate(n_start=100, n_lost=n), 10) for n in (0, 1, 9, 10, 90, 91, 100)] == [
        False, True, True, False, False, True, False,
    ]  # fmt: skip
    assert rate_is_small(churn_rate(n_start=9, n_lost=0), 10)
    assert not rate_is_small(churn_rate(n_start=9, n_lost=3), 1)


@pytest.mark.parametrize("value", [0, -1, 2.5, True, "10"])
def test_threshold_that_is_none_is_refused(value):
    with pytest.raises(ParameterMistake, match="`smallest_group` must be a whole number of customers, 1 or more"):
        require_smallest_group(value)


def test_own_numbers_of_too_few_are_left_out_and_public_ones_stay():
    own = an_estimate(1.0, 0.0, 2.0, kind=Kind.OWN, source="Acme", n=9)
    enough = an_estimate(1.0, 0.0, 2.0, kind=Kind.OWN, source="Acme", n=10)
    public = an_estimate(1.0, 0.0, 2.0, n=3)
    findings = Findings(claim=a_claim(), estimates=(own, enough, public), published=(), not_identified=(), absent=())
    left = without_small(findings, 10)
    assert left.estimates == (enough, public)
    assert "fewer than 10 customers" in dict(left.absent)["Acme"]
    assert without_small(findings, 1) is findings


def an_account(*rows):
    """Periods of a customer account from (start, won, back, lost)."""
    import pandas as pd

    from analysis.measures.growth import growth_accounting

    table = [
        {
            "period_start": pd.Timestamp(2024, month, 1),
            "years": 1 / 12,
            "n_start": start,
            "n_won": won,
            "n_resurrected": back,
            "n_lost": lost,
            "n_end": start + won + back - lost,
        }
        for month, (start, won, back, lost) in enumerate(rows, start=1)
    ]
    return growth_accounting(pd.DataFrame(table))


def test_account_holds_back_what_start_and_end_would_give_away():
    """By hand: 3 lost of 100. Won 20, end 117 and kept 97 would each give the 3 away; won is the smallest to hide.

    Then kept = start - lost still tells it, so the 97 goes too, and with it the rate. Start and end stay: they are the
    other periods' figures as well.
    """
    from analysis.notebook.figures.partial_account import hidden_counts

    periods = an_account((100, 20, 0, 3), (117, 30, 0, 40))
    assert hidden_counts(periods, 10) == (frozenset({"n_lost", "n_won", "n_retained"}), frozenset())
    assert not any(hidden_counts(periods, 1))


def test_account_with_small_counts_is_drawn_without_them_and_says_so():
    from analysis.notebook.figures.partial_account import hidden_counts, partial_growth_figure

    periods = an_account((100, 20, 0, 3), (117, 30, 0, 40))
    figure = partial_growth_figure("Acme", periods, hidden_counts(periods, 10), "Note.", Kind.OWN)
    first, second = figure.rows
    assert {heading for heading, text in first.items() if text == "not shown"} == {
        "Won",
        "Lost",
        "Retention",
        "Quick ratio",
    }
    assert (first["Start"], first["End"], second["Lost"]) == ("100", "117", "40")
    assert "2 counts are not shown" in figure.alt
