"""Growth accounting: the articles' example, revenue taken apart by hand, and accounts that do not add up."""

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, spec
from analysis.measures.growth import growth_accounting, growth_totals

ARTICLE = {"n_start": 150, "n_won": 50, "n_resurrected": 0, "n_lost": 7, "n_end": 193}
REVENUE = {
    "revenue_start": 1000.0,
    "revenue_won": 300.0,
    "revenue_resurrected": 50.0,
    "revenue_lost": 200.0,
    "revenue_expansion": 80.0,
    "revenue_contraction": 30.0,
    "revenue_end": 1200.0,
}


def _account(*rows):
    months = [{"period_start": pd.Timestamp(2024, 1 + place, 1), "years": 1 / 12} for place in range(len(rows))]
    return pd.DataFrame([month | row for month, row in zip(months, rows, strict=True)])


def test_the_articles_example():
    (period,) = growth_accounting(_account(ARTICLE))
    assert round(period.retention.percent, 2) == 95.33
    assert period.quick_ratio == pytest.approx(50 / 7)
    assert period.revenue is None


def test_customers_who_come_back_are_neither_kept_nor_won():
    (period,) = growth_accounting(
        _account({"n_start": 100, "n_won": 10, "n_resurrected": 5, "n_lost": 20, "n_end": 95})
    )
    assert (period.retention.numerator, period.retention.denominator) == (80, 100)
    assert period.quick_ratio == pytest.approx(15 / 20)


def test_revenue_by_hand():
    """1000 - 200 - 30 kept is 77 %; with the 80 that kept customers spent more, 85 %."""
    revenue = growth_accounting(_account(ARTICLE | REVENUE))[0].revenue
    assert revenue.gross_retention == pytest.approx(0.77)
    assert revenue.net_retention == pytest.approx(0.85)


def test_periods_come_in_order_of_time():
    table = _account(ARTICLE, {"n_start": 193, "n_won": 0, "n_resurrected": 0, "n_lost": 3, "n_end": 190})
    assert [p.n_start for p in growth_accounting(table.iloc[::-1])] == [150, 193]


def test_a_frame_that_passed_its_schema_can_be_taken_apart():
    context = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="p", period="2024")
    frame = spec("account_periods").check(_account(ARTICLE | REVENUE), context)
    assert growth_accounting(frame.table)[0].n_end == 193


def test_nobody_at_the_start_and_nobody_lost_have_no_rate():
    first = {"n_start": 0, "n_won": 4, "n_resurrected": 0, "n_lost": 0, "n_end": 4}
    (period,) = growth_accounting(_account(first | REVENUE | {"revenue_start": 0, "revenue_end": 200}))
    assert period.retention is None
    assert period.quick_ratio is None
    assert period.revenue.net_retention is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_end": 200}, r"`n_end` of the period from 2024-01-01 must be .* = 193; got 200"),
        ({"revenue_end": 1300.0}, r"`revenue_end` of the period from 2024-01-01 must be .* = 1200.00; got 1300.00"),
    ],
)
def test_an_account_that_does_not_add_up_is_refused(changes, message):
    with pytest.raises(FrameMistake, match=message):
        growth_accounting(_account(ARTICLE | REVENUE | changes))


def test_half_a_revenue_account_is_none():
    assert growth_accounting(_account(ARTICLE | REVENUE | {"revenue_won": None}))[0].revenue is None


def test_totals_by_hand():
    second = {"n_start": 193, "n_won": 10, "n_resurrected": 2, "n_lost": 93, "n_end": 112}
    totals = growth_totals(growth_accounting(_account(ARTICLE, second)))
    assert (totals.n_start, totals.n_won, totals.n_resurrected, totals.n_lost, totals.n_end) == (150, 60, 2, 100, 112)
    assert (totals.lowest.period_start, totals.highest.period_start) == ("2024-02-01", "2024-01-01")


def test_an_account_that_does_not_tell_who_passed_through_says_that_its_rate_is_too_low():
    (gross,) = growth_accounting(_account(ARTICLE))
    assert "too low by those who came and left inside the period" in gross.retention.definition
    (net,) = growth_accounting(_account(ARTICLE | {"n_passing": 3}))
    assert net.retention.value == gross.retention.value
    assert "too low" not in net.retention.definition
