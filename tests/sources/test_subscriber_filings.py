"""DISH filings: an invented account of the same layout; the real file, its known faults and the published yearly figures."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import subscriber_filings as source

NAMES = list(source.COLUMNS)


def a_file(path):
    """Write two invented years, newest quarter first: ten million at the start, cells of the fourth quarters by year."""
    end, rows = 10.0, []
    for year in (2003, 2004, 2005):
        for quarter in (1, 2, 3, 4):
            gross, lost = 0.5 + 0.1 * quarter, 0.5
            start, end = end, round(end + gross - lost, 3)
            monthly = lost / 3 / ((start + end) / 2)
            rows.append(
                [
                    year,
                    quarter,
                    1_000_000 + 10 * len(rows),
                    1_100_000,
                    end,
                    gross,
                    round(gross - lost, 3),
                    monthly,
                    700,
                    60,
                ]
            )
        rows[-1][7] = sum(row[7] for row in rows[-4:]) / 4
        rows[-1][8] = 720
    table = pd.DataFrame(rows, columns=NAMES)
    table.insert(0, "Date", [f"{q}/{y}" for y, q in zip(table["Year"], table["Quarter"], strict=True)])
    table.iloc[::-1].to_csv(path, index=False, encoding="utf-8-sig")
    return table


@pytest.fixture
def table(tmp_path, monkeypatch):
    a_file(tmp_path / "filings.csv")
    processed = source.process(source.read(tmp_path / "filings.csv"))
    monkeypatch.setattr(source, "load", lambda: processed)
    return processed


def test_losses_are_gross_less_net_additions(table):
    assert table["n_lost"].tolist() == [500_000] * 8
    assert table["n_won"].tolist() == [600_000, 700_000, 800_000, 900_000] * 2


def test_account_starts_where_the_year_before_ended(table):
    frame = source.SOURCE.builders["account_periods"]().table
    assert frame["period_start"].iloc[0] == pd.Timestamp("2004-01-01")
    assert frame["n_start"].iloc[0] == 11_000_000  # after four invented quarters of 2003
    assert (frame["n_start"] + frame["n_won"] - frame["n_lost"] == frame["n_end"]).all()
    assert frame["years"].sum() == pytest.approx((366 + 365) / 365.25)


def test_costs_are_taken_by_year_from_the_fourth_quarters_cell(table):
    frame = source.SOURCE.frame("cost_periods").table
    assert frame["period_start"].tolist() == [pd.Timestamp("2005-01-01")]
    assert frame["n_won"].tolist() == [3_000_000]
    assert frame["acquisition_spend"].tolist() == [720 * 3_000_000.0]  # not the 700 of the other quarters
    assert frame["n_retained"].tolist() == [12_000_000 - 2_000_000]
    assert frame["retention_spend"].isna().all()


def test_quarters_with_one_revenue_between_them_have_none(tmp_path):
    a_file(tmp_path / "filings.csv")
    raw = source.read(tmp_path / "filings.csv")
    same = (raw["Year"] == 2005) & raw["Quarter"].isin([1, 2])
    processed = source.process(raw.assign(**{"Service revenue": raw["Service revenue"].mask(same, 5)}))
    assert processed["revenue"].isna().tolist() == [False] * 4 + [True, True, False, False]


def test_another_file_is_refused(table, tmp_path):
    with pytest.raises(DataFault, match="quarters = 77"):
        source.check_facts(source.read(tmp_path / "filings.csv"), table)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch subscriber_filings" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return source.load.__wrapped__()


# Year: gross additions (million), subscribers at the end (million), churn % a month, as recomputed from the filings'
# quarters in the evidence file (table H1)
YEARS = {
    2004: (3.441, 10.905, 1.64),
    2005: (3.397, 12.040, 1.66),
    2006: (3.516, 13.105, 1.67),
    2007: (3.434, 13.780, 1.70),
    2008: (2.966, 13.678, 1.86),
    2009: (3.118, 14.100, 1.69),
    2010: (3.052, 14.133, 1.73),
    2011: (2.576, 13.967, 1.65),
    2012: (2.739, 14.056, 1.58),
    2013: (2.666, 14.057, 1.60),
    2014: (2.601, 13.978, 1.59),
}


@pytest.mark.real_data
@pytest.mark.parametrize("year", YEARS)
def test_real_years_are_the_published_ones(year):
    table = real()
    rows = table[table["year"] == year]
    gross, end, churn = YEARS[year]
    assert rows["n_won"].sum() == round(gross * 1e6)
    assert rows["n_end"].iloc[-1] == round(end * 1e6)
    # H1 averages the four cells, of which the last is the year's own; the counts differ from that by up to .06 points
    counted = rows["n_lost"] / 3 / ((rows["n_start"] + rows["n_end"]) / 2)
    assert 100 * counted.mean() == pytest.approx(churn, abs=0.06)


@pytest.mark.real_data
@pytest.mark.parametrize(
    # acquisition cost per subscriber as the annual reports state it (in the fourth quarters' cells)
    ("year", "cost"),
    [
        (2005, 693),
        (2006, 686),
        (2007, 656),
        (2008, 720),
        (2009, 697),
        (2010, 776),
        (2011, 770),
        (2012, 784),
        (2013, 866),
        (2014, 853),
    ],
)
def test_real_yearly_cost_lies_among_the_quarters_costs(year, cost):
    """A year's mean lies between its quarters': so it is the year's, and a fourth quarter of its own would be another."""
    table = real()
    rows = table[table["year"] == year]
    assert rows["cost_per_won"].iloc[-1] == cost
    spend = source.SOURCE.frame("cost_periods").table.set_index("period_start").loc[pd.Timestamp(year, 1, 1)]
    assert spend["acquisition_spend"] == pytest.approx(cost * rows["n_won"].sum())


@pytest.mark.real_data
def test_every_frame_of_the_real_file_can_be_built():
    real()
    assert len(source.SOURCE.frame("account_periods").table) == 44
    assert source.SOURCE.frame("cost_periods").table["revenue"].isna().sum() == 1  # 2011
    assert len(source.SOURCE.frame("churn_rates").table) == 44


@pytest.mark.real_data
def test_facts_are_those_of_the_file_as_it_is():
    table = real()
    raw = source.read(source.files()[0])
    with pytest.raises(DataFault, match="account does not balance"):
        source.check_facts(raw, table.assign(n_end=table["n_end"] + 1))
    spoilt = table["churn_per_month"].where(table["quarter"] < 4, table["churn_per_month"] + 0.001)
    with pytest.raises(DataFault, match="fourth-quarter churn cells"):
        source.check_facts(raw, table.assign(churn_per_month=spoilt))


@pytest.mark.real_data
def test_which_part_of_the_quarters_is_taken_turns_the_sign():
    """Shares by covariances in pandas: of change = won - lost, losses' share less wins' share."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    signs = {}
    for key in ("account_periods", "account_periods/to_2009", "account_periods/from_2010", "account_periods/from_2005"):
        table = source.SOURCE.frame(key).table
        change = table["n_won"] - table["n_lost"]
        signs[key] = (-table["n_lost"]).cov(change) - table["n_won"].cov(change) > 0
    assert list(signs.values()) == [False, True, True, False]
    ways = source.SOURCE.answers["retention-drives-growth"]
    assert [way.doubt == "" for way in ways] == [True, False, False, False], "only the whole span has a vote"
