"""A verdict's record: since when it stands, what it was before and why it changed, who said the claim first, how to cite it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from analysis.core import paths
from analysis.core.claim import Claim
from analysis.notebook.exhibits import escape
from analysis.register.evidence import load_evidence
from analysis.reporting.changes import Change, changes_of
from analysis.reporting.provenance import versions

CHANGELOG = paths.ROOT / "CHANGELOG.md"
RULES_OF = "29 November 2026"
"""Date of the rule's edition: what no entry of the changelog dates later was read under it."""

_DATE = re.compile(r"\b([0-9]{1,2} [A-Z][a-z]+ [0-9]{4})\b")
_MOVED = re.compile(r"^(.+?), now (.+?)(?:[.:] (.*)|\.?)$", flags=re.DOTALL)
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


@dataclass(frozen=True, slots=True)
class History:
    """Since when a verdict stands, what it was before, and why it changed; both empty where no change is on record."""

    since: str
    before: str = ""
    why: str = ""

    @property
    def date(self) -> str:
        """The same day for machines.

        Examples
        --------
        >>> History("2 May 2026").date
        '2026-05-02'
        """
        return _day(self.since).date().isoformat()


def changes_on_record(claims: Iterable[str]) -> dict[str, list[Change]]:
    """What the changelog says of each claim; nothing where the package is installed without it."""
    text = CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.exists() else ""
    return changes_of(text, claims)


def history_of(changes: Sequence[Change]) -> History:
    """Return the last dated change of one claim's verdict.

    Examples
    --------
    >>> history_of([Change("Rule (2 May 2026)", "open, very low, now holds (low). Because of this.")])
    History(since='2 May 2026', before='open, very low', why='Because of this.')
    >>> history_of([]).since
    '29 November 2026'
    """
    dated = [(found[1], change) for change in changes if (found := _DATE.search(change.heading))]
    if not dated:
        return History(RULES_OF)
    since, last = max(enumerate(dated), key=lambda item: (_day(item[1][0]), item[0]))[1]
    moved = _MOVED.match(last.text)
    if not moved:
        return History(since)
    why = (moved[3] or "").strip()
    return History(since, moved[1].strip(), f"{why[:1].upper()}{why[1:]}{'' if not why or why[-1:] in '.!?' else '.'}")


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%d %B %Y")


def first_said(claim: Claim) -> str:
    """Who said it first, where and when, as the register has it; else the earliest text on it among those read.

    Empty where no text that was read has a year.
    """
    if claim.first_said:
        return f"First said: {claim.first_said}"
    earliest = _earliest().get(claim.id, "")
    return f"The earliest text on it that we read: {earliest}." if earliest else ""


@cache
def _earliest() -> Mapping[str, str]:
    """Reference of the earliest text on each claim that points its way or measures it."""
    found: dict[str, tuple[str, str]] = {}
    for claim, rows in load_evidence().items():
        for e in rows:
            year = _YEAR.search(e.source)
            if year and (e.sign == 1 or e.quantified):
                told = re.sub(r"(^|, )(10\.[0-9]{4,9}/)", r"\1doi:\2", (e.citation or e.source).rstrip("."))
                found[claim] = min(found.get(claim, ("9999", "")), (year.group(), told))
    return {claim: told for claim, (_, told) in found.items()}


def citation_of(title: str, word: str, address: str) -> str:
    """How to cite one verdict: who, what, which version, where."""
    made = versions()
    return (
        f'The retention-folklore contributors (2026). "{title}": {word}. In The folklore of customer retention, put to the '
        f"test, version {made['version']}, rules {made['register']}. {address}"
    )


def record_html(claim: Claim, word: str, address: str) -> str:
    """The record of a verdict for its page, folded."""
    history = history_of(changes_on_record([claim.id])[claim.id])
    made = versions()
    before = f" Before: {history.before}. {history.why}" if history.before else " No earlier verdict is on record."
    said = first_said(claim)
    lines = [
        f"Stands since {history.since}, in version {made['version']}, under rules {made['register']}.{before}",
        *([said] if said else []),
        f"Cite as: {citation_of(claim.title, word, address)}",
    ]
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<details class="details record"><summary>History and how to cite</summary>{told}'
        f'<p><a href="protocol.html#c-{claim.id}">Its rule and all its changes<span class="hidden"> : {escape(claim.title)}'
        "</span></a></p></details>"
    )
