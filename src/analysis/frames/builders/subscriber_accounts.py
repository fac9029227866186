"""Frames of the account of subscribers: whole quarters, and survival of cohorts by year."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import ORIGIN, day_number, day_of, month_number, month_start
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Frame
from analysis.frames.builders.common import checked, month_dates, no_reason
from analysis.frames.builders.subscription_spells import losses_note, losses_seen_from, spell_days
from analysis.frames.builders.subscriptions import about, observed_to, record_epochs


def build_account(company: Company) -> Frame:
    """Frame ``account_periods`` of subscribers: whole quarters, who is there at the end against who was at the start.

    A spell that begins and ends inside a quarter is in neither count: only who was there at the start can be lost from it,
    and only who is there at the end was won. How many passed through so is a column of its own.
    """
    seen, end = day_of(losses_seen_from(company)), day_of(observed_to(company))
    first = -(-(month_number(seen) + (seen.day > 1)) // 3)
    last = month_number(end + end.resolution) // 3 - 1
    if last < first:
        raise FrameUnavailable(
            f"The subscriptions of {company.settings.name} must cover at least one whole quarter in which losses are seen; "
            "they do not. Give a longer history."
        )
    rows = spell_days(company)
    bounds = [day_number(month_start(3 * q)) for q in range(first, last + 2)]
    starts, ends = rows["start"].to_numpy(float), rows["end"].to_numpy(float)
    new = rows["spell"].to_numpy() == 1
    counts = []
    for q, (low, high) in zip(range(first, last + 1), pairwise(bounds), strict=False):
        at_end = (starts < high) & ~(ends < high)
        begun = (starts >= low) & at_end
        at_start = (starts < low) & ~(ends < low)
        counts.append(
            {
                "period": q,
                "years": (high - low) / DAYS_PER_YEAR,
                "n_start": int(at_start.sum()),
                "n_won": int((begun & new).sum()),
                "n_resurrected": int((begun & ~new).sum()),
                "n_lost": int((at_start & ~at_end).sum()),
                "n_end": int(at_end.sum()),
                "n_passing": int(((starts >= low) & (starts < high) & ~at_end).sum()),
            }
        )
    found = pd.DataFrame(counts)
    found.insert(0, "period_start", month_dates(found.pop("period") * 3))
    low, high = bounds[0], bounds[-1]
    out = "over before the first whole quarter in which losses are seen"
    late = "begun after the last whole quarter"
    record_epochs(
        company,
        "account_periods/subscriptions",
        lambda t: ibis.cases((t["until"] < low, out), (t["start"] >= high, late), else_=no_reason()),
        (losses_note(company),),
    )
    return checked(company, "account_periods/subscriptions", found, about(company))


def build_cohort_survival(company: Company, months_each: int = 12) -> Frame:
    """Frame ``cohort_survival``: subscribers by year (or month) of their first spell, still there after each whole year
    (or month).

    An age is shown once the whole cohort could have reached it. Cohorts of which somebody began before losses are seen are
    left out: their early leavers are not in the table. A contract of a year ends on the day of the year on which it began:
    who does not renew it is not there at age 1.
    """
    key = "cohort_survival/subscriptions" if months_each == 12 else "cohort_survival/subscription_months"
    seen, end = losses_seen_from(company), observed_to(company)
    rows = spell_days(company)
    rows = rows[rows["spell"] == 1]
    starts, ends = rows["start"].to_numpy(float), rows["end"].to_numpy(float)
    months = _months_of(starts)
    cohorts = months // months_each
    found: list[tuple[str, int, int, int]] = []
    used: list[tuple[int, int]] = []
    for cohort in np.unique(cohorts).tolist():
        inside = cohorts == cohort
        low, high = (day_number(month_start(months_each * c)) for c in (cohort, cohort + 1))
        if starts[inside].min() < seen or high > end + 1:
            continue
        first = month_start(months_each * cohort)
        used.append((low, high))
        for age in range(1200 // months_each):
            back = _same_day_later(starts[inside], months_each * age)
            if back.max() > end:
                break
            lost = (ends[inside] <= back) & (age > 0)
            name = str(first.year) if months_each == 12 else f"{first:%Y-%m}"
            found.append((name, age, int(inside.sum()), int(inside.sum() - lost.sum())))
    result = pd.DataFrame(found, columns=["cohort", "period", "n_start", "n_surviving"])
    each = "year" if months_each == 12 else "month"
    record_epochs(company, key, _cohort_reason(used, each), (losses_note(company),))
    return checked(company, key, result, about(company))


def _months_of(days: Any) -> Any:
    """Month numbers of day numbers."""
    return (np.datetime64(ORIGIN) + days.astype(int)).astype("datetime64[M]").astype(int) + 12 * 1970


def _same_day_later(days: Any, months: int) -> Any:
    """Day numbers of the same day so many months later; the first of the month after, where a month is too short."""
    there = np.datetime64(ORIGIN) + days.astype(int)
    month = there.astype("datetime64[M]")
    inside = there - month.astype("datetime64[D]")
    later = (month + months).astype("datetime64[D]") + inside
    latest = (month + months + 1).astype("datetime64[D]")
    return (np.minimum(later, latest) - np.datetime64(ORIGIN)).astype(float)


def _cohort_reason(spans: list[tuple[int, int]], each: str) -> Any:
    def reason(t: Any) -> Any:
        covered = ibis.literal(False)
        for low, high in _merged(spans):
            covered = covered | ((t["first"] >= low) & (t["first"] < high))
        return ibis.cases(
            (t["spell"] > 1, "came back: not a first spell"),
            (~covered, f"cohort of a {each} that is not over, or that began before losses are seen"),
            else_=no_reason(),
        )

    return reason


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch as one: a hundred months in a row are one condition, not a hundred."""
    found: list[tuple[int, int]] = []
    for low, high in spans:
        if found and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found
