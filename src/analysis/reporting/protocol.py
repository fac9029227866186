"""``protocol.html``: the rules and their dates, how evidence was searched, what was read, changes, and how to cite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from analysis.core import paths
from analysis.core.claim import Claim, Quantity
from analysis.core.verdict_results import Verdict
from analysis.core.wording import with_unit
from analysis.notebook.plain_words import meaning_of
from analysis.register.claims import Register
from analysis.reporting.history import changes_on_record, citation_of, first_said, history_of
from analysis.reporting.protocol_sources import data_sets, kinds_used, what_was_read
from analysis.reporting.provenance import versions
from analysis.reporting.render import house_page
from analysis.verdicts.implications import what_would_change
from analysis.verdicts.words import headline_of

PAGE = "protocol.html"
EVIDENCE_PAGE = paths.ROOT / "docs" / "evidence.md"
CITATION = paths.ROOT / "CITATION.cff"


def protocol_page(register: Register, verdicts: Mapping[str, Verdict], style: str, pages: Mapping[str, str]) -> str:
    """Return the page.

    Parameters
    ----------
    register : Register
    verdicts : mapping
        Claim to its public verdict.
    style : str
        Style sheet.
    pages : mapping
        Claim to its address on the page that reports it.
    """
    changes = changes_on_record(claim.id for claim in register.claims)
    return house_page(
        "protocol.html.j2",
        style=style,
        made=versions(),
        read=what_was_read(),
        data=data_sets(verdicts),
        n_deciding=kinds_used(verdicts),
        searched=_html(_text(EVIDENCE_PAGE)),
        claims=[
            {
                "id": claim.id,
                "title": claim.title,
                "word": headline_of(verdicts[claim.id]),
                "rule": _rule(claim),
                "question": str(claim.question),
                "page": pages.get(claim.id),
                "settles": claim.settles,
                "changes": changes[claim.id],
                "history": history_of(changes[claim.id]),
                "first_said": first_said(claim),
                "would_change": what_would_change(claim, verdicts[claim.id]) if verdicts[claim.id].deciding else "",
                "cite": citation_of(claim.title, headline_of(verdicts[claim.id]), f"index.html#{claim.id}"),
            }
            for claim in register.claims
        ],
        citation=_text(CITATION),
    )


def _rule(claim: Claim) -> list[str]:
    return [_line(quantity, lead=quantity.name == claim.lead) for quantity in claim.in_order()]


def _line(quantity: Quantity, *, lead: bool) -> str:
    size = f"; the articles say {with_unit(quantity.size, quantity.unit)}" if quantity.size is not None else ""
    first = "decides" if lead else "stands in"
    return (
        f"{meaning_of(quantity)} ({first}): no effect is {with_unit(quantity.null, quantity.unit)}, the claim lies "
        f"{quantity.direction} it, the smallest worth acting on is {with_unit(quantity.smallest, quantity.unit)}{size}."
    )


def _text(path: Any) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _html(markdown: str) -> str:
    """Markdown of the project's own page as HTML: headings two steps down, raw HTML escaped, links into the repository as words."""
    import mistune

    markdown = re.sub(r"\[([^\]]+)\]\((?!https?:|#)[^)]*\)", r"\1", markdown)

    html = str(mistune.create_markdown(escape=True, plugins=["table"])(markdown))
    lowered = re.sub(r"<(/?)h([1-4])>", lambda m: f"<{m.group(1)}h{int(m.group(2)) + 2}>", html)
    number = count(1)

    def scrolled(found: re.Match[str]) -> str:
        label = f"Table {next(number)}"
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{found.group()}</div>'

    return re.sub(r"<table>.*?</table>", scrolled, lowered, flags=re.DOTALL)
