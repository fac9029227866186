"""Measures of service and satisfaction: first-contact resolution, SLA attainment, satisfaction, net promoter score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.measures.intervals import difference_of_shares
from analysis.measures.periods import require_columns
from analysis.measures.rates import Rate, proportion

LOWEST_PROMOTER, HIGHEST_DETRACTOR = 9, 6


def first_contact_resolution(*, n_first_contact: int, n_resolved: int, level: float = INTERVAL_LEVEL) -> Rate:
    """Tickets resolved at the first contact, over tickets resolved.

    Open tickets count on neither side; a reopened ticket was not resolved at its first contact.

    Examples
    --------
    >>> first_contact_resolution(n_first_contact=30, n_resolved=40).percent
    75.0
    """
    return proportion(
        "First-contact resolution",
        n_first_contact,
        n_resolved,
        "tickets resolved at the first contact, over all tickets resolved",
        level=level,
    )


def sla_attainment(*, n_within: int, n_due: int, level: float = INTERVAL_LEVEL) -> Rate:
    """Tickets resolved within the agreed time, over tickets whose agreed time has run out or that were resolved in it.

    A ticket that is still open past its time is a miss. Leaving open tickets out, as reports on *closed* tickets do,
    flatters the rate the more, the longer the queue.

    Examples
    --------
    >>> sla_attainment(n_within=18, n_due=20).percent
    90.0
    """
    return proportion(
        "SLA attainment",
        n_within,
        n_due,
        "tickets resolved within the agreed time, over tickets due; open past their time counts as missed",
        level=level,
    )


def customer_satisfaction(
    scores: Sequence[float], *, lowest: int = 1, highest: int = 5, n_top: int = 2, level: float = INTERVAL_LEVEL
) -> Rate:
    """Share of answers in the top boxes of the scale; those who were asked and did not answer are left out.

    Parameters
    ----------
    scores : sequence of float
        One entry a customer asked; nan where there is no answer.
    lowest, highest : int
        Ends of the scale.
    n_top : int
        Boxes that count as satisfied, from the top: 2 of 5 is the usual choice, and choosing 1 is another measure.

    Raises
    ------
    ParameterMistake
        If an answer is off the scale, nobody answered, or `n_top` leaves no box below.

    Examples
    --------
    >>> customer_satisfaction([5, 4, 3, 1, float("nan")]).percent
    50.0
    """
    if not 1 <= n_top <= highest - lowest:
        raise ParameterMistake(f"`n_top` must lie between 1 and {highest - lowest}; got {n_top!r}.")
    answers = _answers(scores, lowest, highest)
    first = highest - n_top + 1
    boxes = f"{first} to {highest}" if n_top > 1 else f"{highest}"
    return proportion(
        "Customer satisfaction (CSAT)",
        int((answers >= first).sum()),
        len(answers),
        f"answers of {boxes} on the scale {lowest} to {highest}, over all who answered",
        level=level,
    )


def net_promoter_score(scores: Sequence[float], *, level: float = INTERVAL_LEVEL) -> Rate:
    """Share of promoters (9 and 10) less share of detractors (0 to 6), in points; passives (7 and 8) count below only.

    Reichheld (2003), Harvard Business Review. Two boundaries on one scale throw information away: the
    interval is wide for the number of answers.

    Parameters
    ----------
    scores : sequence of float
        Answers of 0 to 10; nan where somebody was asked and did not answer.

    Raises
    ------
    ParameterMistake
        If an answer is off the scale or nobody answered.

    Examples
    --------
    >>> net_promoter_score([10, 9, 8, 6]).percent  # two promoters, one detractor, four answers
    25.0
    """
    answers = _answers(scores, 0, 10)
    n_promoters = int((answers >= LOWEST_PROMOTER).sum())
    n_detractors = int((answers <= HIGHEST_DETRACTOR).sum())
    low, high = difference_of_shares(n_promoters, n_detractors, len(answers), level)
    return Rate(
        name="Net promoter score (NPS)",
        numerator=n_promoters - n_detractors,
        denominator=len(answers),
        value=(n_promoters - n_detractors) / len(answers),
        low=low,
        high=high,
        level=level,
        definition=f"promoters (9 and 10: {n_promoters}) less detractors (0 to 6: {n_detractors}), over all who answered",
        unit="points",
    )


def response_rate(*, n_answered: int, n_asked: int) -> Rate:
    """Customers who answered, over customers asked: what a score cannot tell about those who kept silent."""
    return proportion("Response rate", n_answered, n_asked, "customers who answered, over customers asked")


def ticket_rates(tickets: pd.DataFrame, *, target_hours: float, end_of_observation: str) -> tuple[Rate, ...]:
    """First-contact resolution and SLA attainment of a table of tickets, and the SLA rate that looks at closed ones only.

    Parameters
    ----------
    tickets : pandas.DataFrame
        One row a ticket: opened_at, resolved_at (NaT while open), and resolved_first_contact (true, false or missing)
        or contacts (times the customer got in touch; 1 is then a resolution at first contact).
    target_hours : float
        Agreed time to resolution, hours on the clock (not business hours), above 0.
    end_of_observation : str
        Last observed moment; tickets that are open and not due by then count on neither side.

    Returns
    -------
    tuple of Rate
        First-contact resolution, SLA attainment, SLA attainment among resolved tickets. One that nothing can be said
        of (no ticket resolved, none due) is left out.

    Raises
    ------
    FrameMistake
        If a column is missing or a ticket is resolved before it was opened.
    """
    require_columns(tickets, ("opened_at", "resolved_at"))
    if not target_hours > 0:
        raise ParameterMistake(f"`target_hours` must be above 0; got {target_hours!r}.")
    end = pd.Timestamp(end_of_observation)
    took = tickets["resolved_at"] - tickets["opened_at"]
    if (took < pd.Timedelta(0)).any():
        raise FrameMistake(f"`resolved_at` lies before `opened_at` in {int((took < pd.Timedelta(0)).sum())} row(s).")
    within = took <= pd.Timedelta(hours=target_hours)
    resolved = tickets["resolved_at"].notna()
    due = within | (tickets["opened_at"] + pd.Timedelta(hours=target_hours) <= end)
    first = _at_first_contact(tickets)[resolved].dropna()
    found = []
    if len(first):
        found.append(first_contact_resolution(n_first_contact=int(first.sum()), n_resolved=len(first)))
    if due.any():
        found.append(sla_attainment(n_within=int(within.sum()), n_due=int(due.sum())))
    if resolved.any():
        found.append(
            proportion(
                "SLA attainment, closed tickets only",
                int(within.sum()),
                int(resolved.sum()),
                "tickets resolved within the agreed time, over tickets resolved: what is still open does not count",
            )
        )
    return tuple(found)


def survey_rates(surveys: pd.DataFrame, *, csat_highest: int = 5) -> tuple[Rate, ...]:
    """Net promoter score and satisfaction of a table of surveys, each with its response rate.

    Parameters
    ----------
    surveys : pandas.DataFrame
        One row a question put to a customer: customer_id, at, instrument ("nps", "csat"; others are passed over), score
        (missing: asked, not answered), optionally item (only the question on the whole, without an item, is used). Of
        several rows of a customer the last answer counts: a customer who answers often is still one customer.
    csat_highest : int
        Top of the satisfaction scale, which begins at 1.
    """
    require_columns(surveys, ("customer_id", "at", "instrument", "score"))
    whole = surveys[surveys["item"].isna() | (surveys["item"] == "")] if "item" in surveys else surveys
    found: list[Rate] = []
    for instrument in ("nps", "csat"):
        asked = whole[whole["instrument"] == instrument].sort_values("at", kind="stable")
        scores = asked.groupby("customer_id")["score"].last()  # the last that is not missing
        n_answered = int(scores.notna().sum())
        if n_answered:
            answers = scores.astype(float).tolist()
            if instrument == "nps":
                _require_ten(answers)
            found.append(
                net_promoter_score(answers)
                if instrument == "nps"
                else customer_satisfaction(answers, highest=csat_highest)
            )
            found.append(response_rate(n_answered=n_answered, n_asked=len(scores)))
    return tuple(found)


STARS, ENOUGH_ANSWERS = 5, 30
"""So many answers to a question from 0 to 10 without one above STARS were given on another scale."""


def _require_ten(answers: Sequence[float]) -> None:
    """Refuse answers that were given on a shorter scale: everyone would be a detractor."""
    given = [answer for answer in answers if answer == answer]
    if len(given) >= ENOUGH_ANSWERS and max(given) <= STARS:
        raise ParameterMistake(
            f"`scores` of nps must be answers from 0 to 10; none of {len(given)} is above {max(given):g}. Say on which scale was "
            "asked: with stars it is csat, and no net promoter score."
        )


def _at_first_contact(tickets: pd.DataFrame) -> pd.Series:
    """1 where a ticket was resolved at the first contact, 0 where not, missing where nothing says so."""
    if "resolved_first_contact" in tickets:
        return tickets["resolved_first_contact"].astype(float)
    require_columns(tickets, ("contacts",))
    contacts = tickets["contacts"].astype(float)
    return (contacts <= 1).astype(float).where(contacts.notna())


def _answers(scores: Sequence[float], lowest: int, highest: int) -> NDArray:
    """Return the answers given, checked against the scale."""
    asked = np.asarray(scores, dtype=float)
    answers: NDArray = asked[~np.isnan(asked)]
    if len(answers) == 0:
        raise ParameterMistake(f"`scores` must hold at least one answer; got {len(asked)} entries without any.")
    off = answers[(answers < lowest) | (answers > highest) | (answers % 1 != 0)]
    if len(off):
        raise ParameterMistake(
            f"`scores` must be whole numbers from {lowest} to {highest}; got {off[0]:g}. Say on which scale was asked."
        )
    return answers
