"""DISH subscriber accounts: quarterly customers, additions, churn, acquisition cost and revenue from the firm's filings.

In the fourth quarters the cells for churn, acquisition cost per subscriber and revenue per user hold the figures of the
whole year, as the annual report prints them: churn agrees with the additions in the first three quarters to the third digit
and in the fourth only over the year (`check_facts`). So costs are taken by year, and churn from the counts.
"""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "subscriber_filings"
COUNTS_FROM, COSTS_FROM, LAST_YEAR = 2004, 2005, 2014
"""Gross additions are reported from 2004 on, before they are implied; until 2004 acquisition cost leaves leased
equipment out; the first quarter of 2015 is mis-keyed."""
COLUMNS = {
    "Year": "year",
    "Quarter": "quarter",
    "Service revenue": "service_revenue",
    "Total Revenue": "total_revenue",
    "Pay-TV Subscribers": "n_end",
    "Pay-TV Subscriber additions, gross": "n_won",
    "Pay-TV Subscriber additions, net": "n_net",
    "Pay-TV Churn Rate (average monthly)": "churn_per_month",
    "Pay-TV SAC per Subscriber (average)": "cost_per_won",
    "Pay-TV ARPU (average monthly)": "revenue_per_user_month",
}
HALF_TIME = 2010
PART = "a part of the same quarters; which part is taken turns the sign"
MILLION, THOUSAND = 1_000_000, 1_000

CONTEXT = Context.public(
    source="DISH filings",
    population="subscribers of one US satellite television firm, 9 to 14 million",
    period="2004 to 2014",
    currency="USD",
)


files = partial(public_files, NAME, "DISH - ADD-LOSS-END.csv")


read = partial(read_csv, encoding="utf-8-sig")
"""Newest quarter first."""


def _of_years(name: str, quarters: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    outside = (f"outside {first} to {last}", lambda t: ~t["year"].between(first, last))
    return kept(NAME, name, "quarters", quarters, outside)


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """One row a quarter from 2004 to 2014, counts in customers, money in USD; n_lost = gross less net additions.

    Revenue of two quarters of 2011 is missing: the file gives both the same figure, and which is wrong is not said.
    """
    table = raw.rename(columns=COLUMNS)[list(COLUMNS.values())].sort_values(["year", "quarter"], ignore_index=True)
    table["n_start"] = table["n_end"].shift(1)
    table = _of_years("quarters", table, COUNTS_FROM, LAST_YEAR).reset_index(drop=True)
    for name in ("n_start", "n_end", "n_won", "n_net"):
        table[name] = (table[name] * MILLION).round().astype(int)
    table["n_lost"] = table["n_won"] - table["n_net"]
    twice = table["service_revenue"].duplicated(keep=False)
    table["revenue"] = (table["service_revenue"] * THOUSAND).mask(twice)
    months = 3 * table["quarter"] - 2
    table["period_start"] = pd.to_datetime({"year": table["year"], "month": months, "day": 1})
    table["years"] = (table["period_start"] + pd.DateOffset(months=3) - table["period_start"]).dt.days / DAYS_PER_YEAR
    return table


def check_facts(raw: pd.DataFrame, table: pd.DataFrame) -> None:
    """Assert the span, the balance of the account, what the fourth quarters' cells are, and the known wrong cells."""
    require_fact(NAME, "quarters", 77, len(raw))
    require_fact(NAME, "first and last day", ("31/03/1996", "31/03/2015"), (raw["Date"].iloc[-1], raw["Date"].iloc[0]))
    unbalanced = (table["n_start"] + table["n_net"] - table["n_end"]).abs() > 0
    require_fact(NAME, "quarters whose account does not balance", 0, int(unbalanced.sum()))
    counted = table["n_lost"] / 3 / ((table["n_start"] + table["n_end"]) / 2)
    apart = (counted - table["churn_per_month"]).abs() > 0.0003
    require_fact(
        NAME, "first to third quarters whose churn is another than counted", 0, int(apart[table["quarter"] < 4].sum())
    )
    by_year = (
        table.assign(counted=counted).groupby("year").agg(year=("counted", "mean"), cell=("churn_per_month", "last"))
    )
    require_fact(
        NAME,
        "fourth-quarter churn cells that are not the year's",
        0,
        int(((by_year["year"] - by_year["cell"]).abs() > 0.0003).sum()),
    )
    same = table[table["service_revenue"].duplicated(keep=False)][["year", "quarter"]].to_numpy().tolist()
    require_fact(NAME, "quarters with the same revenue", [[2011, 1], [2011, 2]], same)
    short = table[table["total_revenue"] < table["service_revenue"]][["year", "quarter"]].to_numpy().tolist()
    require_fact(NAME, "quarters with a total below service revenue", [[2012, 4]], short)


@cache
def load() -> pd.DataFrame:
    """Read, process and check the file."""
    raw = read(files()[0])
    table = process(raw)
    check_facts(raw, table)
    return table


def account_table(quarters: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Quarters of the account: customers won (reconnections included), lost, there."""
    table = _of_years(f"account_periods {first} to {last}", quarters, first, last).assign(n_resurrected=0)
    columns = ["period_start", "years", "n_start", "n_won", "n_resurrected", "n_lost", "n_end"]
    return table[columns].reset_index(drop=True)


def costs_table(quarters: pd.DataFrame) -> pd.DataFrame:
    """Years from 2005: acquisition spend, customers won and kept, service revenue. Retention spend is not reported.

    Acquisition spend is the year's cost per subscriber won (the fourth quarter's cell) times the customers won. Kept is the
    start less all losses of the year, those won and lost within it included.
    """
    by = _of_years("cost_periods", quarters, COSTS_FROM, LAST_YEAR).groupby("year")
    won, lost = by["n_won"].sum(), by["n_lost"].sum()
    years = pd.DataFrame(
        {
            "period_start": pd.to_datetime(won.index.astype(str)),
            "years": 1.0,
            "acquisition_spend": by["cost_per_won"].last() * won,
            "retention_spend": float("nan"),
            "n_won": won,
            "n_retained": by["n_start"].first() - lost,
            "revenue": by["revenue"].sum(min_count=4),
        }
    )
    return years.reset_index(drop=True)


def rates_table(quarters: pd.DataFrame) -> pd.DataFrame:
    """Quarters: customers at the start and lost."""
    period = quarters["year"].astype(str) + " Q" + quarters["quarter"].astype(str)
    return quarters[["n_start", "n_lost", "years"]].assign(industry="pay tv", firm="DISH", period=period)


def _account(first: int, last: int) -> Framed:
    return Framed(partial(account_table, first=first, last=last), period=f"{first} to {last}")


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="quarterly reports of a US satellite television firm with 9 to 14 million subscribers, 2004 to 2014",
        publisher="DISH Network's 10-Q and 10-K filings, compiled for customer-based valuation (McCarthy, Fader & Hardie)",
        citation="McCarthy, Fader & Hardie (2017), Journal of Marketing 81(1), 17-35",
        licence="facts from filings; the compilation states no licence",
        accessed="November 2026",
        row="one quarter of the firm",
        defects=(
            "cells of the fourth quarters for churn, acquisition cost and revenue per user are those of the whole year",
            "revenue of the first two quarters of 2011 is the same figure",
            "total revenue of the fourth quarter of 2012 is below service revenue",
            "gross additions before 2004 are implied, not reported",
            "acquisition cost before 2005 leaves leased equipment out in some quarters",
            "the first quarter of 2015 is mis-keyed and left out",
        ),
        not_for=("what keeping a customer costs: no retention spend is reported", "an industry: it is one firm"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "account_periods": _account(COUNTS_FROM, LAST_YEAR),
        "account_periods/to_2009": _account(COUNTS_FROM, HALF_TIME - 1),
        "account_periods/from_2010": _account(HALF_TIME, LAST_YEAR),
        # Acquisition costs are whole from then on.
        "account_periods/from_2005": _account(COSTS_FROM, LAST_YEAR),
        "cost_periods": Framed(costs_table),
        "churn_rates": Framed(rates_table),
    },
    answers={
        "retention-drives-growth": (
            Answer("account_periods"),
            *(Answer(f"account_periods/{part}", doubt=PART) for part in ("to_2009", "from_2010", "from_2005")),
        )
    },
    not_identified={
        "acquisition-cost-multiple": NotIdentified(
            reason="What the firm spends on keeping customers is not in its reported figures, so the ratio has no denominator. "
            "The revenue of a customer retained is no cost of keeping.",
            naive=Answer("cost_periods"),
        ),
        "retention-profit-leverage": NotIdentified(
            reason="The totals do not tell subscribers apart. With one rate of leaving for all, the leverage is that of an "
            "annuity, which comes out too large wherever some hardly ever leave; how much too large, totals cannot say.",
            naive=Answer("account_periods"),
        ),
        "industry-churn-gap": NotIdentified(
            reason="One firm of a third industry, satellite television. To read its churn as that of telecommunications at "
            "large, as is done, says nothing on mobile telephony against insurance.",
            naive=Answer("churn_rates", {"quantity": "mobile_churn_rate", "high": ("pay tv",)}),
        ),
    },
)
