"""One claim as the index shows it: badge, bottom line, certainty, best number, studies by design, and what is folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analysis.core.claim import Claim
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Design, Kind
from analysis.core.wording import number
from analysis.notebook.figures.dots import dot_strip
from analysis.notebook.figures.findings import is_spread
from analysis.notebook.figures.forest import draw_forest, in_order
from analysis.notebook.plain_words import in_plain_words, sentence, singular
from analysis.notebook.section.choice import MOST_ROWS
from analysis.notebook.section.headline import DOTS, how_sure
from analysis.notebook.tidy import with_doi
from analysis.notebook.verdict_card import SIGNS, slug
from analysis.reporting.changes import Change
from analysis.reporting.downloads import with_buttons
from analysis.reporting.history import citation_of, first_said, history_of
from analysis.reporting.index_words import list_of
from analysis.verdicts.best import best_of
from analysis.verdicts.bottom_line import bottom_line
from analysis.verdicts.implications import what_to_do, what_would_change
from analysis.verdicts.words import headline_of


def entry_of(
    claim: Claim, verdict: Verdict, own: Verdict | None, page: str | None, changes: Sequence[Change] = ()
) -> dict[str, Any]:
    """Return what the index shows of a claim.

    Parameters
    ----------
    claim : Claim
    verdict : Verdict
        The public one.
    own : Verdict
        The company's; None without own data.
    page : str
        Address of the claim on its page; None if there is none.
    changes : sequence of Change
        What the changelog says of its verdict.
    """
    sign, _ = SIGNS[verdict.outcome]
    return {
        "id": claim.id,
        "title": claim.title,
        "family": claim.family,
        "claimed": claim.claimed,
        "statement": claim.statement,
        "said_by": ", ".join(claim.said_by),
        "first_said": first_said(claim),
        "history": history_of(changes),
        "cite": citation_of(claim.title, headline_of(verdict), f"index.html#{claim.id}"),
        "costs": claim.costs,
        "list": list_of(verdict.outcome),
        "bottom_line": bottom_line(claim, verdict).text,
        "sign": sign,
        "word": headline_of(verdict),
        "outcome": slug(verdict.outcome),
        "confidence": str(verdict.confidence),
        "dots": DOTS[verdict.confidence],
        "how_sure": how_sure(verdict),
        "design": str(verdict.design) if verdict.design else "none",
        "sentence": singular(verdict.sentence),
        "best": best_of(claim, verdict),
        "next": next_setting(claim, verdict),
        "studies": studies_by_design(verdict),
        "n_articles": len(claim.said_by),
        "n_studies": len(strongest_answers(verdict)),
        "picture": _picture(claim, verdict, own),
        "reasons": [in_plain_words(sentence(reason)) for reason in verdict.reasons],
        "sources": sorted({with_doi(r.estimate) for r in verdict.assessments}),
        "not_identified": [{"source": c.source, "reason": in_plain_words(c.reason)} for c in verdict.not_identified],
        "without": SIGNS[verdict.without_strongest][1] if verdict.without_strongest else "",
        "change": singular(what_would_change(claim, verdict)) if verdict.deciding else "",
        "do": singular(what_to_do(claim, verdict)),
        "settles": claim.settles,
        "page": page,
        "own": _own(claim, own),
    }


def strongest_answers(verdict: Verdict) -> dict[str, Assessment]:
    """Answers from data and print, the one of the strongest design of each source; without what stands for a spread of others."""
    found: dict[str, Assessment] = {}
    for reading in sorted(verdict.assessments, key=lambda r: list(Design).index(r.estimate.design)):
        e = reading.estimate
        if e.kind in (Kind.PUBLIC, Kind.PUBLISHED) and not is_spread(e):
            found.setdefault(e.source, reading)
    return found


def studies_by_design(verdict: Verdict) -> str:
    """How many studies and data sets of each design gave an answer, strongest design first."""
    counts = Counter(reading.estimate.design for reading in strongest_answers(verdict).values())
    words = {Design.MODEL: ("model", "models"), Design.ASSERTION: ("assertion", "assertions")}
    parts = [f"{counts[d]} {words[d][counts[d] > 1] if d in words else d}" for d in Design if counts[d]]
    if not parts:
        return "no study"
    total = sum(counts.values())
    if len(parts) == 1:
        design = next(iter(counts))
        noun = f"{design} stud{'y' if total == 1 else 'ies'}" if design not in words else words[design][total > 1]
        return f"{total} {noun}"
    return f"{total} {'study' if total == 1 else 'studies'}: " + ", ".join(parts)


def next_setting(claim: Claim, verdict: Verdict) -> str:
    """What one more setting would give, where three or more sources measured the same."""
    if not verdict.pooled:
        return ""
    mean = verdict.pooled[0]
    unit = claim.quantity(mean.quantity).unit
    return (
        f"In the next company, expect anything from {number(mean.predicted_low, 2)} to {number(mean.predicted_high, 2)} "
        f"{unit.strip('()')}: {mean.k} sources do not tell where one more would lie within that."
    )


def _own(claim: Claim, verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None:
        return None
    sign, word = SIGNS[verdict.outcome][0], headline_of(verdict)
    return {"sign": sign, "word": word, "outcome": slug(verdict.outcome), "sentence": verdict.sentence}


def _picture(claim: Claim, verdict: Verdict, own: Verdict | None) -> str:
    """The picture of the claim's numbers: the quantity that decides, its assessments, the naive numbers, the company's."""
    shown: Sequence[Estimate] = [r.estimate for r in verdict.assessments] + list(verdict.beside)
    shown = [*shown, *(r.estimate for r in own.assessments)] if own else shown
    decides = verdict.deciding[0].estimate.quantity if verdict.deciding else None
    for name in ([decides] if decides else []) + [q.name for q in claim.quantities]:
        quantity = claim.quantity(name)
        drawn = [e for e in shown if e.quantity == name and e.value is not None]
        if drawn:
            picture = (dot_strip if len(drawn) > MOST_ROWS else draw_forest)(claim, in_order(drawn), quantity)
            return with_buttons(f'<figure class="vector">{picture.svg}</figure>', claim.id)
    return ""
