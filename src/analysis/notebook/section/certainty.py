"""Why we are this sure: the reasons, what failed, what is assumed, and what would change it."""

from __future__ import annotations

from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Confidence
from analysis.core.wording import shortened
from analysis.notebook.exhibits import PartExhibit
from analysis.notebook.plain_words import in_plain_words, sentence, singular
from analysis.notebook.verdict_card import doubts_of, without_each
from analysis.verdicts.findings import Findings
from analysis.verdicts.implications import what_would_change
from analysis.verdicts.words import number_without_verdict

MOST_LINES = 3
LONGEST_REASON = 190
"""Characters of a reason; the whole of it stands with what could still be wrong."""


def certainty_of(found: Findings, verdict: Verdict) -> PartExhibit:
    """The reasons behind the certainty, the first few open and the rest folded."""
    reasons = [in_short(in_plain_words(sentence(reason))) for reason in verdict.reasons]
    change = what_would_change(found.claim, verdict)
    lines = reasons[:MOST_LINES] + ([singular(change)] if change else [])
    if verdict.confidence is Confidence.NONE and not number_without_verdict(verdict.assessments, verdict.beside):
        lines = ["Nobody has measured this in a way that can decide it.", *lines[1:]]
    rest = [
        in_plain_words(sentence(line))
        for line in (
            *(r for r in verdict.reasons if cut_short(r) or r in verdict.reasons[MOST_LINES:]),
            *without_each(verdict),
            *doubts_of(verdict),
        )
    ]
    rest = [line for line in rest if not _said(line, [*lines, *(other for other in rest if other != line)])]
    parts = [folded("What could still be wrong", rest)] if rest else []
    heading = "Why there is no verdict" if verdict.confidence is Confidence.NONE else "Why we are this sure"
    return PartExhibit(heading=heading, kind="certainty", lines=tuple(lines), listed=True, parts=tuple(parts))


def _said(line: str, others: list[str]) -> bool:
    """Whether a line stands in another one, as what is indirect about one source does."""
    return any(line.rstrip(".") in other for other in others)


def in_short(reason: str) -> str:
    """A reason that is too long without its list in brackets, which stands below; shortened where that is not enough.

    Examples
    --------
    >>> in_short("Other evidence points the other way (" + "Author 2001 (shops), " * 12 + "Other 2002); 4 agree.")
    'Other evidence points the other way (listed below); 4 agree.'
    """
    if len(reason) <= LONGEST_REASON:
        return reason
    before, opened, rest = reason.partition("(")
    _, closed, after = rest.rpartition(")")
    told = f"{before}(listed below){after}" if opened and closed else reason
    return shortened(told, LONGEST_REASON)


def cut_short(reason: str) -> bool:
    """Whether only the beginning of a reason stands open."""
    return len(in_plain_words(sentence(reason))) > LONGEST_REASON


def folded(heading: str, lines: list[str]) -> PartExhibit:
    """A list one click away."""
    return PartExhibit(heading=heading, kind="more", lines=tuple(lines), listed=True, folded=True)
