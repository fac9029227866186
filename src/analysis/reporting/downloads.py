"""Links under every figure and table that save the picture (PNG) and the numbers (CSV), without a server or a script."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from analysis.core.wording import plain
from analysis.notebook.exhibits import ROWS_TYPE

_PICTURE = re.compile(r'src="(data:image/png;base64,[A-Za-z0-9+/=]+)"')
_VECTOR = re.compile(r"<svg class=\"figure\".*?</svg>", flags=re.DOTALL)
# A minus begins negative numbers too, which stay numbers: only one that no number follows is a formula.
_FORMULA = re.compile(r"\s*(?:[=+@]|[-\u2212](?!\s*[\d.]))|[\t\r\n]")


def download_links(data: Mapping[str, Any], name: str) -> str:
    """Return the links for one output of a notebook as an HTML fragment; empty if it holds neither picture nor rows.

    Parameters
    ----------
    data : mapping
        Media type to content, as in a notebook's output.
    name : str
        Stem of the files to be saved.
    """
    links = []
    pictures = [found.group(1) for found in _PICTURE.finditer(data.get("text/html", ""))]
    for place, picture in enumerate(pictures, start=1):
        several = len(pictures) > 1
        links.append(
            f'<a download="{escape(name)}{f"-{place}" if several else ""}.png" href="{picture}">'
            f"Picture{f' {place}' if several else ''} (PNG)</a>"
        )
    vectors = _VECTOR.findall(data.get("text/html", ""))
    for place, vector in enumerate(vectors, start=1):
        several = len(vectors) > 1
        coded = base64.b64encode(vector.encode()).decode()
        links.append(
            f'<a download="{escape(name)}{f"-{place}" if several else ""}.svg" href="data:image/svg+xml;base64,{coded}">'
            f"Picture{f' {place}' if several else ''} (SVG)</a>"
        )
    record = data.get(ROWS_TYPE)
    if record:
        coded = base64.b64encode(to_csv(record["rows"]).encode("utf-8-sig")).decode()
        links.append(
            f'<a download="{escape(name)}.csv" href="data:text/csv;charset=utf-8;base64,{coded}">Numbers (CSV)</a>'
        )
    return f'<p class="downloads">Save: {" · ".join(links)}</p>' if links else ""


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
