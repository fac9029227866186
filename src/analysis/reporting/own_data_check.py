"""What `python -m analysis check DATA` shows: the ledger, and for every claim whether it can be tested now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis.company.ledger import Ledger
from analysis.company.looking import notes
from analysis.company.query_count import QueryCount
from analysis.core import library_notes
from analysis.core.failures import reason_of_failure
from analysis.frames import Frame
from analysis.frames.builders import needs
from analysis.frames.builders.catalogue import BUILDERS
from analysis.reporting.beside import Give, Later, at_once
from analysis.reporting.frames_by_two import made_by_two
from analysis.sources.base import Source
from analysis.sources.own_claims import ANSWERS, OUT_OF_REACH
from analysis.sources.own_tables import company_source

Precision = Callable[[str, Frame, Mapping[str, object]], tuple[str, ...]]
"""From claim id, frame and the estimator's options to how precise an answer would be, in words.

It raises FrameMistake or FrameUnavailable where the frame holds too little for the estimator.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """Whether a company can test a claim now.

    Attributes
    ----------
    claim : str
        Id in the register.
    testable : bool
    frames : tuple of str
        Keys of the frames from which it is tested.
    missing : str
        What is lacking, in words; empty if testable.
    precision : tuple of str
        How precise an answer would be, in words; empty if not asked for, or not to be told.
    """

    claim: str
    testable: bool
    frames: tuple[str, ...]
    missing: str
    precision: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCheck:
    """All that a check of a company's data found.

    Attributes
    ----------
    company : str
    tables : tuple of str
        Tables that are there.
    ledger : Ledger
        Tables and every frame that some claim needs.
    claims : tuple of ClaimCheck
        All claims, in the register's order of families.
    unbuilt : tuple of (str, str)
        Frames whose tables are there but which cannot be made all the same, and why.
    notes : tuple of str
        What to look at before a number is trusted; for the analyst's eyes, since ids may be quoted.
    queries : QueryCount
        What it took.
    """

    company: str
    tables: tuple[str, ...]
    ledger: Ledger
    claims: tuple[ClaimCheck, ...]
    unbuilt: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    queries: QueryCount = field(default_factory=QueryCount)

    @property
    def n_read(self) -> int:
        """Rows used, of all tables together."""
        return sum(self.ledger[name].rows_used for name in self.tables)

    @property
    def n_testable(self) -> int:
        """Claims that can be tested now."""
        return sum(item.testable for item in self.claims)

    def claim_rows(self, precision: str = "") -> tuple[dict[str, Any], ...]:
        """The claims as a flat table for showing; `precision` heads the column of how precise an answer would be."""
        return tuple(
            {
                "Claim": item.claim,
                "Testable now": "yes" if item.testable else "no",
                "From": ", ".join(item.frames),
                "Missing": item.missing,
                **({precision: "; ".join(item.precision)} if precision else {}),
            }
            for item in self.claims
        )


def check_company(
    company: str | Path | Source,
    *,
    precision: Precision | None = None,
    telling: Callable[[str], None] = lambda step: None,
    give: Give = at_once,
) -> CompanyCheck:
    """Read all tables, make every frame that some claim needs, and say what can be tested.

    Parameters
    ----------
    company : str or Path or Source
        Its data as for `company_source`, or what that gave, of which nothing is read again.
    precision : callable
        Says how precise an answer would be; called once for each claim and frame. None: nothing is said.
    telling : callable
        Called with each step in words as it begins.
    give : callable
        Takes the work of `precision`, which another process may do (`beside`).

    Raises
    ------
    UserMistake
        If the settings break a rule, or a table cannot be read.
    """
    source = company if isinstance(company, Source) else company_source(company)
    data = None if isinstance(company, Source) else str(company)
    telling(f"reading {', '.join(source.company.names)}")
    source.ledger()
    made, counted, seen = _make_all(source, data, precision, telling, give)
    telling("counting the rows that frames leave out")
    source.ledger()
    telling("working out the smallest effects that would be found")
    unbuilt, told = _heard(made)
    queries = source.company.queries + counted()
    return CompanyCheck(
        company=source.title,
        tables=source.company.names,
        ledger=source.ledger(),
        claims=tuple(told.added_to(_check_claim(source, claim, unbuilt)) for claim in (*ANSWERS, *OUT_OF_REACH)),
        unbuilt=tuple(unbuilt.items()),
        notes=seen,
        queries=queries,
    )


MOST_GIVEN = 200_000
"""Rows of a frame beyond which it is not handed to another process: a copy would cost more than it saves."""

_ENDED = "could not be told: the process that works it out ended without a word, perhaps for want of memory"


def _say(precision: Precision, claim: str, frame: Frame, options: Mapping[str, object]) -> tuple[tuple[str, ...], str]:
    """Lines on how precise an answer would be, or none and why there is too little."""
    try:
        with library_notes.collected() as noted:  # a library's own print would show paths of the machine
            found = precision(claim, frame, options)
        return (*found, *(f"note: {note}" for note in noted)), ""
    except Exception as fault:
        return (), reason_of_failure(fault)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said of how precise answers would be: claim id and frame key to lines, or to why there is too little."""

    lines: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    too_little: dict[tuple[str, str], str] = field(default_factory=dict)

    def hear(self, claim: str, key: str, later: Later) -> None:
        """Wait for what is said of one claim and frame."""
        try:
            lines, reason = later()
        except BrokenProcessPool:
            lines, reason = (_ENDED,), ""
        if reason:
            self.too_little[claim, key] = reason
        else:
            self.lines.setdefault((claim, key), []).extend(lines)

    def added_to(self, check: ClaimCheck) -> ClaimCheck:
        """The check with its precision; a claim none of whose frames holds enough cannot be tested now."""
        enough = tuple(key for key in check.frames if (check.claim, key) not in self.too_little)
        if check.testable and not enough:
            why = self.too_little[check.claim, check.frames[0]]
            return replace(check, testable=False, frames=(), missing=f"more data: {why}")
        told = tuple(line for key in enough for line in self.lines.get((check.claim, key), ()))
        return replace(check, frames=enough, precision=told)


_Asked = Sequence[tuple[Precision, str, Mapping[str, object]]]
"""What says how precise an answer would be, the claim, and the estimator's options."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a frame: why it cannot be made, and claim ids with what is said of their precision."""

    unbuilt: str = ""
    told: tuple[tuple[str, Later], ...] = ()


def _make(source: Source, key: str, asked: _Asked | None, give: Give) -> _Made:
    """Make a frame, ask how precise answers from it would be, and do not hold it."""
    needed = BUILDERS[key].needs
    if source.company.recall(f"lacks {key}", partial(needs.lacks, needed, source.company)):
        return _Made()
    try:
        frame = source.company.recall(f"frame {key}", partial(BUILDERS[key].build, source.company))
    except Exception as fault:
        return _Made(unbuilt=reason_of_failure(fault))
    take = give if len(frame.table) <= MOST_GIVEN else at_once
    return _Made(
        told=tuple((claim, take(_say, precision, claim, frame, options)) for precision, claim, options in asked or ())
    )


def _make_all(
    source: Source, data: str | None, precision: Precision | None, telling: Callable[[str], None], give: Give
) -> tuple[dict[str, Later], Callable[[], QueryCount], tuple[str, ...]]:
    """Make the frames that some claim needs and hold none of them: key to `_Made`, what enters the rest in the ledger, and
    what is seen of the tables as a whole."""
    wanted = tuple(dict.fromkeys(answer.frame for answers in ANSWERS.values() for answer in answers))
    asked: dict[str, list[tuple[Precision, str, Mapping[str, object]]]] = {}
    if precision:
        for claim in source.answers:
            for answer in source.answers[claim]:
                asked.setdefault(answer.frame, []).append((precision, claim, dict(answer.options)))

    def seen() -> tuple[str, ...]:
        telling("looking at the tables as a whole")
        found: tuple[str, ...] = source.company.recall("notes", lambda: notes(source.company))
        return found

    return made_by_two(source, data, wanted, _make, asked, give, telling, seen)


def _heard(made: Mapping[str, Later]) -> tuple[dict[str, str], _Told]:
    """Frames that cannot be made, and why; what was said of precision. In the order of the frames."""
    unbuilt, told = {}, _Told()
    for key, later in made.items():
        one = later()
        if one.unbuilt:
            unbuilt[key] = one.unbuilt
        for claim, said in one.told:
            told.hear(claim, key, said)
    return unbuilt, told


def _check_claim(source: Source, claim: str, unbuilt: Mapping[str, str]) -> ClaimCheck:
    missing = source.missing(claim)
    if missing:
        return ClaimCheck(claim=claim, testable=False, frames=(), missing=missing)
    frames = tuple(dict.fromkeys(answer.frame for answer in source.answers[claim]))
    built = tuple(key for key in frames if key not in unbuilt)
    if not built:
        return ClaimCheck(claim=claim, testable=False, frames=(), missing=unbuilt[frames[0]])
    doubts = [answer.doubt for answer in source.answers[claim] if answer.frame in built]
    if all(doubts):
        return ClaimCheck(claim=claim, testable=False, frames=(), missing=f"a sounder test: {doubts[0]}")
    return ClaimCheck(claim=claim, testable=True, frames=built, missing="")
