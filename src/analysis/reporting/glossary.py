"""A dozen terms in plain words: linked where a page first uses one, and listed at its foot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

TERMS: dict[str, str] = {
    "margin of error": "The range that the true number probably lies in: 19 of 20 such ranges hold it.",
    "certainty": "How far an answer can be leaned on, in four steps after GRADE: high, moderate, low, very low.",
    "randomised": "Chance decided who got what, so that nothing else tells the groups apart.",
    "quasi-experimental": "Who got what hung on something that has nothing to do with the customer, such as a date.",
    "observational": "Customers or firms chose for themselves. Who chose what may differ in other ways too.",
    "quick analysis": "The comparison most people make first, without asking who ends up in which group and why.",
    "too small to matter": "Smaller than the smallest difference worth acting on, which was set before the data were read.",
    "churn": "The share of customers who leave within a period: what is missing from retention to a hundred per cent.",
    "net promoter score": "Share who answer 9 or 10 when asked whether they would recommend, minus the share of 0 to 6.",
    "percentage points": "The difference between two percentages: from 40 % to 43 % is three percentage points.",
    "hazard": "The pace at which customers leave; a ratio of 1 means equally fast.",
    "next setting": "Where the effect would probably lie in one more company like these.",
    "placebo": "The same analysis where nothing can have happened. It has to find nothing.",
    "simulated": "Drawn by a computer, so that the truth is known. It never takes part in a verdict.",
}
"""Term to its meaning, for the foot of every page."""

Term = tuple[str, str, re.Pattern[str]]
"""Anchor, meaning, and what it looks like in a text."""

_TAG = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>)", flags=re.DOTALL | re.IGNORECASE)
_SKIPPED = re.compile(r"</?(?:a|h1|h2|h3|svg|summary|code|pre|table|nav|footer|head|details|dl)\b", flags=re.IGNORECASE)


def anchor_of(term: str) -> str:
    """Return the id of a term on its page.

    Examples
    --------
    >>> anchor_of("net promoter score")
    'term-net-promoter-score'
    """
    return "term-" + term.replace(" ", "-")


def link_first_uses(html: str, named: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Link the first use of every term outside headings, tables, pictures and links to its meaning.

    Parameters
    ----------
    html : str
        A page.
    named : mapping
        Names that are linked as they are written, each with its anchor and its meaning.

    Examples
    --------
    >>> link_first_uses("<h2>Churn</h2><p>Churn fell; churn rose.</p>").count("term-churn")
    1
    >>> "term-churn" in link_first_uses("<svg><svg><text>Axis</text></svg><text>Churn</text></svg>")
    False
    """
    left: list[Term] = [(anchor_of(term), meaning, _pattern(term, re.IGNORECASE)) for term, meaning in TERMS.items()]
    names = named or {}
    for name, (anchor, meaning) in names.items():
        longer = [other[len(name) :] for other in names if other.startswith(name) and other != name]
        left.append((anchor, meaning, _pattern(name, unless=longer)))
    pieces = _TAG.split(html)
    depth = 0
    for place, piece in enumerate(pieces):
        if place % 2:
            if _SKIPPED.match(piece) and not piece.endswith("/>"):
                depth += -1 if piece.startswith("</") else 1
            continue
        if depth:
            continue
        pieces[place] = _linked(piece, left)
    return "".join(pieces)


def _linked(text: str, left: list[Term]) -> str:
    """A text with what of these it uses for the first time linked; that is taken out of the list."""
    found = sorted(((m, term) for term in left if (m := term[2].search(text))), key=lambda hit: hit[0].start())
    told, at = "", 0
    for match, term in found:
        if match.start() >= at:
            told += text[at : match.start()] + _link(term[0], term[1], match[0])
            at = match.end()
            left.remove(term)
    return told + text[at:]


def _pattern(name: str, flags: int = 0, unless: Sequence[str] = ()) -> re.Pattern[str]:
    """A name as a whole word, not where it goes on in one of these ways."""
    on = "".join(f"(?!{re.escape(end)})" for end in unless)
    return re.compile(rf"(?<![\w-]){re.escape(escape(name, quote=False))}{on}(?![\w-])", flags=flags)


def _link(anchor: str, meaning: str, words: str) -> str:
    return f'<a class="term" href="#{anchor}" title="{escape(meaning)}">{words}</a>'


def glossary_html() -> str:
    """The list of all terms, folded."""
    entries = "".join(
        f'<div id="{anchor_of(t)}"><dt>{escape(t)}</dt><dd>{escape(m)}</dd></div>' for t, m in TERMS.items()
    )
    return f'<details class="glossary" id="glossary"><summary>Glossary</summary><dl>{entries}</dl></details>'
