"""Data sets that a page speaks of: linked where a sentence first names one, and described at the page's foot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from analysis.notebook.exhibits import escape, linked
from analysis.notebook.plain_words import sentence
from analysis.reporting.left_out import stored_left_out, told
from analysis.sources.base import Source
from analysis.sources.catalogue import all_sources


@cache
def _by_title() -> Mapping[str, Source]:
    """Every public source with a description; longer titles first, since some begin like others."""
    described = [source for source in all_sources() if source.data_card.in_short]
    return {source.title: source for source in sorted(described, key=lambda s: (-len(s.title), s.title))}


def anchor_of(title: str) -> str:
    """Return the id of a data set on its page.

    Examples
    --------
    >>> anchor_of("CDNOW")
    'data-cdnow'
    """
    return f"data-{_by_title()[title].name.replace('_', '-')}"


def named_in(text: str) -> dict[str, str]:
    """Return title and description of every data set that a text names.

    Examples
    --------
    >>> named_in("CDNOW and nobody else")
    {'CDNOW': 'a US online music shop of 1997, 23,570 customers'}
    """
    found = {}
    for title, source in _by_title().items():
        if title in text:
            found[title] = source.data_card.in_short
            text = text.replace(title, "")  # what begins alike and is shorter comes later
    return found


def cards_html(titles: Mapping[str, str]) -> str:
    """The cards of these data sets, folded; empty without any.

    Parameters
    ----------
    titles : mapping
        Title to description, as `named_in` gives it.
    """
    if not titles:
        return ""
    entries = "".join(_card(_by_title()[title]) for title in sorted(titles))
    return (
        f'<details class="glossary" id="data-sets"><summary>Data on this page ({len(titles)})</summary>'
        f"<dl>{entries}</dl></details>"
    )


def _card(source: Source) -> str:
    card = source.data_card
    parts = [
        f"{card.in_short}",
        f"One row: {card.row}",
        f"Published by {card.publisher}",
        card.citation,
        f"Licence: {card.licence}",
        *(f"Not to be used for: {use}" for use in card.not_for[:1]),
    ]
    text = " ".join(linked(sentence(part)) for part in parts)
    return (
        f'<div id="{anchor_of(source.title)}"><dt>{escape(source.title)}</dt><dd>{text} '
        f'<a href="protocol.html#data">Version<span class="hidden"> of {escape(source.title)}</span></a>'
        f"{_left_out(source)}</dd></div>"
    )


def _left_out(source: Source) -> str:
    """What the last run with all files left out of its tables and frames, one line each, folded; empty if nothing."""
    entries = stored_left_out().get(source.name, ())
    lines = "".join(f"<li>{escape(told(entry))}</li>" for entry in entries)
    of = f'<span class="hidden"> of {escape(source.title)}</span>'
    return (
        f"<details><summary>Rows left out{of} ({len(entries)})</summary><ul>{lines}</ul></details>" if entries else ""
    )
