"""A result's rich display in a notebook: its facts as a small HTML table, all texts escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from analysis.core.wording import plain


def safe(text: object) -> str:
    """Return a text fit for HTML, without marks that would reorder the page around it.

    Examples
    --------
    >>> safe("a < b")
    'a &lt; b'
    """
    return escape(plain(str(text)))


def facts_html(title: str, facts: Mapping[str, object]) -> str:
    """Return a title and a table of name and value; facts that are empty or None are left out.

    Examples
    --------
    >>> facts_html("T", {"n": 3, "unit": ""})
    '<table><caption><b>T</b></caption><tbody><tr><th scope="row">n</th><td>3</td></tr></tbody></table>'
    """
    rows = "".join(
        f'<tr><th scope="row">{safe(name)}</th><td>{safe(value)}</td></tr>'
        for name, value in facts.items()
        if value not in ("", None, (), [])
    )
    return f"<table><caption><b>{safe(title)}</b></caption><tbody>{rows}</tbody></table>"


def grid_html(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a title and a table with one row each; cells that are None stay empty.

    Examples
    --------
    >>> '<td data-label="a"></td>' in grid_html("T", ["a"], [[None]])  # the label stands before the cell on a phone
    True
    """
    head = "".join(f'<th scope="col">{safe(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(map(_cell, headings, row))}</tr>" for row in rows)
    return f'<table class="grid"><caption><b>{safe(title)}</b></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(heading: str, cell: object) -> str:
    return f'<td data-label="{safe(heading)}">{"" if cell is None else safe(cell)}</td>'
