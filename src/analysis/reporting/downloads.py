"""What every figure and table can be saved as: the picture (SVG, PNG) and the numbers (CSV), without a server."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from analysis.core.wording import plain
from analysis.notebook.exhibits import ROWS_TYPE
from analysis.notebook.tidy import COLUMNS

_FIGURE_END = re.compile(r"</figure>")
_TABLE = re.compile(r"<table\b.*?</table>", flags=re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", flags=re.DOTALL)
_NO_HEADING = re.compile(r"<th[^>]*>\s*</th>")
_MARKUP = re.compile(r"<[^>]+>")
_FOLDED = '<details class="part details"'
# A minus begins negative numbers too, which stay numbers: only one that no number follows is a formula.
_FORMULA = re.compile(r"\s*(?:[=+@]|[-\u2212](?!\s*[\d.]))|[\t\r\n]")


def with_downloads(data: Mapping[str, Any], name: str) -> str:
    """Return one HTML output of a notebook with what it can be saved as.

    The numbers are a link that holds them. The picture is on the page already, so that a script saves it from there; its
    buttons show only where scripts run.

    Parameters
    ----------
    data : mapping
        Media type to content, as in a notebook's output.
    name : str
        Stem of the files to be saved.
    """
    html = _scrolling(str(data["text/html"]))
    record = data.get(ROWS_TYPE)
    if not record or not record["rows"]:
        return with_buttons(html, name)
    what = f'CSV<span class="hidden"> with the numbers: {escape(name)}</span>'
    link = f'<a download="{escape(name)}.csv" href="{csv_address(in_order(record["rows"], html))}">{what}</a>'
    if "<figure" in html and _FOLDED not in html:
        return with_buttons(html, name, link)
    return f'{with_buttons(html, name)}<p class="downloads">Save: {link}</p>'


def with_buttons(html: str, name: str, link: str = "") -> str:
    """Give every vector picture of a piece of HTML its buttons, under names of their own; the last one the link as well.

    Examples
    --------
    >>> with_buttons("<figure></figure>", "a").count('data-picture="a"')
    1
    """
    pieces = _FIGURE_END.split(html)
    last = len(pieces) - 1
    made = ""
    for place, piece in enumerate(pieces[:-1], start=1):
        stem = name if last == 1 else f"{name}-{place}"
        beside = link if place == last else ""
        made += f'{piece}<p class="downloads">{_buttons(stem)} {beside}</p></figure>'
    return made + pieces[-1]


def _buttons(stem: str) -> str:
    made = " ".join(
        f'<button type="button" value="{kind}">{kind.upper()}<span class="hidden"> picture: {escape(stem)}</span></button>'
        for kind in ("svg", "png")
    )
    return f'<span data-picture="{escape(stem)}" hidden>{made}</span>'


def _scrolling(html: str) -> str:
    """Tables that stand bare, as those of a data frame, in a box that scrolls sideways, by keyboard too.

    Empty corners become plain cells: a heading that says nothing is read out as one.
    """
    if 'class="scroll' in html:
        return html
    html = html.replace('<table border="1" class="dataframe">', '<table class="dataframe">').replace(
        "<td>NaN</td>", "<td></td>"
    )
    box = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
    return _TABLE.sub(lambda found: f"{box}{_NO_HEADING.sub('<td></td>', found.group())}</div>", html)


def in_order(rows: Sequence[Mapping[str, str]], html: str) -> list[dict[str, str]]:
    """Put the columns of rows in the order that a reader expects: a notebook's file keeps them by the alphabet.

    Parameters
    ----------
    rows : sequence of mapping
    html : str
        What the page shows of them: its headings give the order, save for estimates, which have one of their own.

    Examples
    --------
    >>> in_order([{"a": "1", "b": "2"}], "<table><tr><th>b</th><th>a</th></tr></table>")
    [{'b': '2', 'a': '1'}]
    >>> list(in_order([{"claim": "c", "high": "2", "table": "t", "estimate": "1", "low": "0"}], "")[0])
    ['table', 'estimate', 'low', 'high', 'claim']
    """
    own = dict.fromkeys(column for row in rows for column in row)
    if "estimate" in own:
        order = [*(column for column in own if column not in COLUMNS), *COLUMNS]
    else:
        order = [*(unescape(_MARKUP.sub("", heading)) for heading in _HEADING.findall(html)), *own]
    return [{column: row[column] for column in dict.fromkeys(order) if column in row} for row in rows]


def csv_address(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as an address that holds them, so that a page needs no other file."""
    return f"data:text/csv;charset=utf-8;base64,{base64.b64encode(to_csv(rows).encode('utf-8-sig')).decode()}"


def to_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Write rows as CSV; a text that a spreadsheet would run as a formula is kept a text by a leading apostrophe.

    Examples
    --------
    >>> print(to_csv([{"Source": "=1+1", "n": "3"}]), end="")
    Source,n
    '=1+1,3
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_as_text(heading) for heading in rows[0]])
    for row in rows:
        writer.writerow([_as_text(text) for text in row.values()])
    return buffer.getvalue()


def _as_text(text: str) -> str:
    """Return a cell that no spreadsheet runs.

    Examples
    --------
    >>> [_as_text(text) for text in ("=cmd|x", " +1", "-5.2", "-A1+cmd", "@SUM(A1)")]
    ["'=cmd|x", "' +1", '-5.2', "'-A1+cmd", "'@SUM(A1)"]
    """
    text = plain(text)
    return f"'{text}" if _FORMULA.match(text) else text
