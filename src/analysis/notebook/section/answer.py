"""The answer: what was found, how sure we are, and what to do; and the one picture that shows it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from analysis.core.claim import Claim
from analysis.core.record import rounded
from analysis.core.verdict_results import Verdict
from analysis.notebook.exhibits import SvgExhibit, TextExhibit, escape
from analysis.notebook.figures.dots import dot_strip, tally_exhibit
from analysis.notebook.figures.findings import is_spread
from analysis.notebook.figures.forest import draw_forest
from analysis.notebook.plain_words import meaning_of, singular
from analysis.notebook.section.choice import MOST_ROWS, pictured, voices
from analysis.notebook.section.headline import dots_html, headline, how_sure
from analysis.notebook.verdict_card import MEDIA_TYPE, anchor, badge_html, slug
from analysis.verdicts.best import best_of
from analysis.verdicts.decide import PUBLIC_SCOPE
from analysis.verdicts.findings import Findings
from analysis.verdicts.implications import deciding_interval, what_to_do

# The best estimate says the same, in people's units.
_PLAIN_PLAN = re.compile(r"(Plan with .*?; the best guess is [^ ;]+\.|Shown one who .*? coin: 50\)\.)(\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerExhibit:
    """The verdicts of one claim as its reader needs them, the public one first, with the record of each beside it."""

    claim: Claim
    verdicts: tuple[Verdict, ...]

    def __repr__(self) -> str:
        return "\n".join(
            f"{v.claim} [{v.scope}]: {v.outcome} (confidence: {v.confidence}). {v.sentence}" for v in self.verdicts
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        record = {"verdicts": [rounded(v.to_json()) for v in self.verdicts]}
        return {"text/plain": repr(self), "text/html": self.html(), MEDIA_TYPE: record}

    def html(self) -> str:
        """Return the answers as an HTML fragment; the public one is reached by the heading above it."""
        return "".join(self._one(v) for v in self.verdicts)

    def _one(self, v: Verdict) -> str:
        own = v.scope != PUBLIC_SCOPE
        scope = f'<p class="scope">For {escape(v.scope)}</p>' if own else ""
        name = f' {"id" if own else "data-claim"}="{anchor(v)}"'
        number = _best(self.claim, v)
        plan = singular(_PLAIN_PLAN.sub("", what_to_do(self.claim, v)) if number else what_to_do(self.claim, v))
        so_what = f'<p class="so-what"><b>So what?</b> {escape(plan)}</p>' if plan else ""
        return (
            f'<section class="verdict {slug(v.outcome)}"{name} aria-label="Answer: {escape(self.claim.title)}">{scope}'
            f'<p class="bottom-line">{escape(headline(v, self.claim))}</p>'
            f"<p>{badge_html(v)} {dots_html(v.confidence)} {how_sure(v)}</p>{number}{so_what}</section>"
        )


def _best(claim: Claim, v: Verdict) -> str:
    """What carries the verdict, in people's units."""
    found = deciding_interval(claim, v)
    told = best_of(claim, v)
    if found is None or not told or not all(math.isfinite(x) for x in found[1:]):
        return ""
    told = f"{escape(told)}. <small>{escape(meaning_of(found[0]))}.</small>"
    return f'<p class="best"><b>Best estimate:</b> {told}</p>'


def picture_of(found: Findings, verdict: Verdict) -> SvgExhibit | TextExhibit | None:
    """The one picture of a claim: forest of what decided, else all figures as dots, else who speaks for and against."""
    quantity, shown, pooled = pictured(found, verdict)
    # Figures of single firms beside their mean read better on one line, and it stays on the first screen.
    if quantity is not None and (len(shown) > MOST_ROWS or any(is_spread(e) for e in shown)):
        return dot_strip(found.claim, shown, quantity)
    if quantity is not None and shown:
        return draw_forest(found.claim, shown, quantity, pooled)
    return tally_exhibit(found.claim, *voices(found, verdict))
