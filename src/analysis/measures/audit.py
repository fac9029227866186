"""The definition audit: how far one answer, "retention after so many months", moves with the definition behind it.

Every definition here is in use somewhere and can be defended, but for one: finding a customer's first purchase *after* a
date filter. It takes old customers for new ones, raises no error, and puts proven buyers into every cohort.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.definitions import CHOICES, FIRST_PURCHASE, IN_WORDS, Definition, in_words
from analysis.measures.intervals import mean_of_shares
from analysis.measures.periods import (
    DAYS_PER_MONTH,
    N_DAYS,
    end_of,
    last_whole_period,
    ordinals,
    require_log,
)
from analysis.measures.rates import Rate, proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One definition and its answer.

    Attributes
    ----------
    label : str
        How it differs from the first line, in words.
    definition : Definition
    rate : Rate
    mistaken : bool
        True for the one that cannot be defended.
    """

    label: str
    definition: Definition
    rate: Rate
    mistaken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One answer under many definitions.

    Attributes
    ----------
    months : int
        After how many months.
    lines : tuple of AuditLine
        The usual definition first, then one choice changed at a time, then those with the date filter.
    lowest, highest : AuditLine
        The ends of the range over all combinations of the choices in CHOICES, without the date filter.
    n_definitions : int
        How many combinations gave an answer: one that speaks of nobody gives none.
    false_new : Rate
        Among the customers whom the mistaken definition takes for new, those who had bought before the filter.
    filter_from : str
        First day that the date filter lets through.
    """

    months: int
    lines: tuple[AuditLine, ...]
    lowest: AuditLine
    highest: AuditLine
    n_definitions: int
    false_new: Rate
    filter_from: str


def audit_definitions(
    purchases: pd.DataFrame, *, months: int, filter_from: str, end_of_observation: str | None = None
) -> Audit:
    """Answer "retention after `months` months" under every definition.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at (datetime), amount, from each customer's first purchase on.
    months : int
        1 or more.
    filter_from : str
        First day that a careless date filter would let through; between the log's first and last day.
    end_of_observation : str
        Last observed day; None is the last day of the log.

    Raises
    ------
    FrameMistake
        If nobody was observed that long.
    """
    base = Definition()
    changes = [
        {name: choice} for name, choices in CHOICES.items() for choice in choices if choice != getattr(base, name)
    ]
    changes += [{"of": "active before"}, *({"first_purchase": choice} for choice in FIRST_PURCHASE[1:])]
    answer = AskedLog(purchases, months, filter_from, end_of_observation).retained
    lines = [AuditLine(label=_usual(months), definition=base, rate=answer(base))]
    for change in changes:
        definition = replace(base, **change)
        (pair,) = change.items()
        mistaken = definition.first_purchase == FIRST_PURCHASE[2]
        rate = _if_anybody(answer, definition)
        if rate is None:
            continue
        lines.append(AuditLine(label=IN_WORDS[pair], definition=definition, rate=rate, mistaken=mistaken))
    everything = [Definition(**dict(zip(CHOICES, picked, strict=True))) for picked in product(*CHOICES.values())]
    grid = [
        AuditLine(label=in_words(each), definition=each, rate=rate)
        for each in everything
        if (rate := _if_anybody(answer, each)) is not None
    ]
    return Audit(
        months=months,
        lines=tuple(lines),
        lowest=min(grid, key=lambda line: line.rate.value),
        highest=max(grid, key=lambda line: line.rate.value),
        n_definitions=len(grid),
        false_new=false_new_customers(purchases, filter_from),
        filter_from=filter_from,
    )


def _if_anybody(answer: Callable[[Definition], Rate], definition: Definition) -> Rate | None:
    """The answer under a definition; None where nobody is left whom it speaks of."""
    try:
        return answer(definition)
    except Nobody:
        return None


class Nobody(FrameMistake):
    """A definition that speaks of no customer of this log."""


class AskedLog:
    """A purchase log that is asked under many definitions: what they share is worked out once.

    Takes what `audit_definitions` does; a definition without a date filter needs no `filter_from`.
    """

    def __init__(self, purchases: pd.DataFrame, months: int, filter_from: str | None, end: str | None) -> None:
        require_log(purchases)
        if isinstance(months, bool) or months < 1 or months % 1 != 0:
            raise ParameterMistake(f"`months` must be a whole number, 1 or more; got {months!r}.")
        self.purchases, self.months, self.filter_from = purchases, months, filter_from
        self.end = end_of(purchases, end)
        self._followed: dict[tuple[str, ...], tuple[pd.DataFrame, pd.DataFrame]] = {}

    def retained(self, definition: Definition) -> Rate:
        """Retention under one definition."""
        age = self.months if definition.cohort == "month" else round(self.months * DAYS_PER_MONTH / N_DAYS["week"])
        rows, people = self.followed(definition, age)
        if definition.of == "active before":
            before = rows.loc[rows["age"] == age - 1, "customer_id"].unique()
            people = people.loc[people.index.isin(before)]
            if people.empty:
                raise Nobody(
                    f"Nobody was active in month {age - 1} after the first, so nobody can be kept from there on."
                )
        retained = people.index.isin(rows.loc[_counts(rows, definition, age), "customer_id"].unique())
        return _average(people.assign(retained=retained), definition, self.months)

    def followed(self, definition: Definition, age: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Purchases of those who were observed up to `age`, and these customers with their cohort."""
        shared = (definition.rows, definition.first_purchase, definition.cohort, definition.clock)
        if shared not in self._followed:
            log = _first_purchases(self.purchases, definition, self.filter_from)
            aged, last_age = _ages(log, definition, self.end)
            rows = aged[last_age >= age]
            people = rows.groupby("customer_id").agg(cohort=("cohort", "first"))
            if people.empty:
                raise Nobody(
                    f"Nobody was observed for {self.months} months after the first purchase; choose fewer `months`."
                )
            self._followed[shared] = rows[["customer_id", "age", "repeat"]], people
        return self._followed[shared]


def false_new_customers(purchases: pd.DataFrame, filter_from: str) -> Rate:
    """Customers with a purchase before the filter, among all who have one after it and so pass for new."""
    require_log(purchases)
    day = pd.Timestamp(filter_from)
    first = purchases.groupby("customer_id")["at"].agg(["min", "max"])
    seen = first[first["max"] >= day]
    return proportion(
        "Old customers taken for new",
        int((seen["min"] < day).sum()),
        len(seen),
        "customers with a purchase before the date filter, over all customers with one after it",
    )


def _first_purchases(purchases: pd.DataFrame, definition: Definition, filter_from: str | None) -> pd.DataFrame:
    """Return the log with each customer's first purchase (`first_at`), filtered as the definition says."""
    log = purchases[["customer_id", "at", "amount"]]
    if definition.rows == "paid":
        log = log[log["amount"] > 0]
    day = None
    if definition.first_purchase != "whole log":
        day = pd.Timestamp(filter_from) if filter_from else None
        if day is None or not purchases["at"].min() < day <= purchases["at"].max():
            raise ParameterMistake(
                f"`filter_from` must be a day after the log's first ({purchases['at'].min():%Y-%m-%d}) and not after its "
                f"last ({purchases['at'].max():%Y-%m-%d}); got {filter_from!r}."
            )
    if definition.first_purchase == "after the filter":
        log = log[log["at"] >= day]
    log = log.assign(first_at=log.groupby("customer_id")["at"].transform("min"))
    return log[log["first_at"] >= day] if definition.first_purchase == "before the filter" else log


def _ages(log: pd.DataFrame, definition: Definition, end: pd.Timestamp) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows in whole periods with cohort, age and whether it is a repeat; and each row's last whole age."""
    cohort = ordinals(log["first_at"], definition.cohort)
    repeat = log["at"].dt.normalize() > log["first_at"].dt.normalize()
    if definition.clock == "calendar":
        age = ordinals(log["at"], definition.cohort) - cohort
        last_age = last_whole_period(end, definition.cohort) - cohort
    else:
        length, first_day = N_DAYS[definition.cohort], log["first_at"].dt.normalize()
        age = (log["at"].dt.normalize() - first_day).dt.days // length
        last_age = ((end - first_day).dt.days + 1) // length - 1
    rows = log.assign(cohort=cohort, age=age, repeat=repeat)
    whole = age <= last_age
    return rows[whole], last_age[whole]


def _counts(rows: pd.DataFrame, definition: Definition, age: int) -> pd.Series:
    """Say which rows make their customer a retained one."""
    if definition.active == "in":
        return rows["age"] == age
    if definition.active == "in or later":
        return rows["age"] >= age
    return rows["repeat"] & (rows["age"] <= age)


def _average(people: pd.DataFrame, definition: Definition, months: int) -> Rate:
    name = f"Retention after {months} months"
    told = in_words(definition)
    if definition.average == "pooled":
        return proportion(name, int(people["retained"].sum()), len(people), told)
    by_cohort = people.groupby("cohort")["retained"].agg(["sum", "size"])
    mean, low, high = mean_of_shares(by_cohort["sum"].tolist(), by_cohort["size"].tolist())
    n = len(by_cohort)
    return Rate(
        name=name,
        numerator=mean * n,
        denominator=n,
        value=mean,
        low=low,
        high=high,
        definition=f"{told}: sum of the cohorts' rates over their number",
    )


def _usual(months: int) -> str:
    return f"usual: active in calendar month {months}, of all customers won"
