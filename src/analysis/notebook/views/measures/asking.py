"""How a view asks the sources: every one that builds the frame, its answer or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from analysis.core.errors import ParameterMistake, UserMistake
from analysis.core.failures import without_workings
from analysis.core.vocabulary import Kind
from analysis.frames import Frame
from analysis.measures.rates import Rate
from analysis.measures.words import rate_row
from analysis.notebook.disclosure import HIDDEN, note_of, rate_is_small, threshold
from analysis.notebook.exhibits import GroupExhibit, Row, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.session import Session
from analysis.sources.base import Source
from analysis.verdicts import stored

NEEDS_FIRST = "repeat-momentum"
"""The claim that counts purchases from the first: a source that cannot answer it does not know its customers' first ones,
and so has no cohorts, no customer's own time and no past to value a customer by."""

UNKNOWN_FIRST = "its customers' first purchases are not known, and this needs them; the list of sources says why."

NOT_HERE = "not on this machine; `make data` downloads it."

OPEN_ROWS = 5
"""Rows of a table of measures that stand open."""

Exhibit = SvgExhibit | TableExhibit | TextExhibit


def ask(
    session: Session,
    key: str,
    question: Callable[[Frame], Any],
    *,
    only: str | None = None,
    first_purchase: bool = False,
) -> list[tuple[str, Any]]:
    """Ask every source that builds `key`; in place of an answer, the reason why there is none.

    A company whose subscriptions give the same frame is asked for both; where one of them answers, the other's reason
    is not told.

    Parameters
    ----------
    only : str
        Name of the one source to ask; None asks all.
    first_purchase : bool
        The question needs customers' first purchases: a source that does not know them is not asked.
    """
    found: list[tuple[str, Any]] = []
    for source in session.sources:
        keys = [each for each in (key, f"{key}{BY_SUBSCRIPTION}") if each in source.builders]
        if not keys or (only is not None and source.name != only):
            continue
        if first_purchase and not knows_first_purchases(source):
            found.append((source.title, UNKNOWN_FIRST))
            continue
        answers = [_answer(source, each, question) for each in keys]
        told = [answer for answer in answers if not isinstance(answer, str)] or answers[:1]
        found += [(source.title, answer) for answer in told]
    return found


BY_SUBSCRIPTION = "/subscriptions"
"""Ending of the key of a frame that a company's subscriptions give as well as its transactions."""


def _answer(source: Source, key: str, question: Callable[[Frame], Any]) -> Any:
    if not source.own and source.absence():
        return NOT_HERE
    try:
        return question(stored.frame(source, key))
    except UserMistake as fault:
        return without_workings(str(fault))


def observed_to(frame: Frame) -> str | None:
    """The last observed day of a company's frame, which may lie behind its last purchase; None of public ones, whose
    context does not name it."""
    if frame.context.kind not in (Kind.OWN, Kind.SIMULATED):
        return None
    last = frame.context.period.rpartition(" to ")[2]
    return last if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", last) else None


def knows_first_purchases(source: Source) -> bool:
    """Say whether a source's log holds its customers' first purchases, not only the first it happened to see."""
    return NEEDS_FIRST not in source.not_identified


def rates_of(
    session: Session,
    key: str,
    read: Callable[[Frame], tuple[Rate, ...]],
    *,
    only: str | None = None,
    first_purchase: bool = False,
    speaks_of: Callable[[Sequence[Rate]], Sequence[Rate]] = lambda rates: rates,
) -> tuple[list[Row], list[str]]:
    """Return a row a rate of every source that `ask` asks, and a note where one cannot answer.

    Parameters
    ----------
    speaks_of : callable
        Takes the rates and returns, for each, the rate that counts the customers it speaks of: itself, unless it is a
        rate of money or a mean of rates.
    """
    rows: list[Row] = []
    notes: list[str] = []
    silent: list[tuple[str, str]] = []
    for title, result in ask(session, key, read, only=only, first_purchase=first_purchase):
        if isinstance(result, str):
            silent.append((title, result))
        else:
            found, note = shown_rates(session, title, result, speaks_of(result))
            rows, notes = rows + found, notes + note
    return rows, [*told_of(silent), *notes]


def told_of(silent: Sequence[tuple[str, str]]) -> list[str]:
    """Sources that give no answer, those with the same reason in one sentence.

    Examples
    --------
    >>> told_of([("A", "not here."), ("B, two years", "too short."), ("C", "not here.")])
    ['A; C: not here.', 'B, two years: too short.']
    """
    by_reason: dict[str, list[str]] = {}
    for title, reason in silent:
        by_reason.setdefault(reason, []).append(title)
    return [f"{'; '.join(titles)}: {reason}" for reason, titles in by_reason.items()]


def shown_rates(
    session: Session, title: str, rates: Sequence[Rate], counted: Sequence[Rate]
) -> tuple[list[Row], list[str]]:
    """Return a row a rate, without what speaks of too few of a company's customers, and the note that says so."""
    smallest = smallest_of(session, title)
    small = [rate_is_small(rate, smallest) for rate in counted]
    rows: list[Row] = [
        {"Source": title, **(hidden_row(rate) if hidden else rate_row(rate))}
        for rate, hidden in zip(rates, small, strict=True)
    ]
    return rows, [note_of(smallest)] if any(small) else []


def smallest_of(session: Session, title: str) -> int:
    """Smallest group that is shown of the source of this title: 1 for public ones."""
    return next((threshold(session.parameters, source.kind) for source in session.sources if source.title == title), 1)


def hidden_row(rate: Rate) -> Row:
    """Return the row of a rate that is not shown."""
    return {**rate_row(rate), "Value": HIDDEN, "Numerator / denominator": HIDDEN}


def each(
    session: Session, key: str, show: Callable[[Frame, int], Exhibit], *, first_purchase: bool = False
) -> GroupExhibit | TextExhibit:
    """Show one exhibit a source, with a sentence in place of what cannot be shown.

    Parameters
    ----------
    show : callable
        Takes the frame, and the smallest group that is shown of its source.
    first_purchase : bool
        As for `ask`.
    """

    def question(frame: Frame) -> Exhibit:
        return show(frame, threshold(session.parameters, frame.context.kind))

    answers = ask(session, key, question, first_purchase=first_purchase)
    if not answers:
        return TextExhibit(f"None of the data used here has what this takes: {LACKING[key]}.")
    silent = told_of([(title, part) for title, part in answers if isinstance(part, str)])
    shown = [part for _, part in answers if not isinstance(part, str)]
    return GroupExhibit((*shown, *([TextExhibit(" ".join(silent))] if silent else [])), folded=True)


LACKING = {
    "purchases": "a purchase log (transactions)",
    "account_periods": "transactions or subscriptions with customers joining",
    "cohort_survival": "survivors of a cohort (subscriptions)",
    "contacts": "contacts by number (campaigns)",
}
"""Frame to what it is made from, in words."""


def table_or_text(caption: str, rows: Sequence[Row], notes: Sequence[str], lacking: str) -> TableExhibit | TextExhibit:
    """Show rows with notes under them; without a row, a sentence says what it takes and why each source has none."""
    note = " ".join(notes)
    if not rows:
        return TextExhibit(f"None of the data used here has what this takes: {lacking}. {note}".strip())
    folded = OPEN_ROWS if len(rows) > OPEN_ROWS + 1 else None
    return TableExhibit(caption=caption, rows=tuple(rows), note=note, folded_after=folded)


def days_of(months: int) -> int:
    """Days of so many months on a customer's own clock: 30 a month, 365 for twelve."""
    require_months(months=months)
    return 365 if months == 12 else 30 * months


def require_months(**months: int) -> None:
    """Raise ParameterMistake unless every number of months is whole and 1 or more."""
    for name, value in months.items():
        if isinstance(value, bool) or value < 1 or value % 1 != 0:
            raise ParameterMistake(f"`{name}` must be a whole number, 1 or more; got {value!r}.")


def seed_of(session: Session) -> int:
    """Return the session's seed."""
    seed = session.parameters.get("seed")
    return seed if isinstance(seed, int) else 1
