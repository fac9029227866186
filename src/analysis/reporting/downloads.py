"""Links under every figure and table that save the picture (PNG) and the numbers (CSV), without a server or a script."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from analysis.exhibits import ROWS_TYPE

_PICTURE = re.compile(r'src="(data:image/png;base64,[A-Za-z0-9+/=]+)"')
_FORMULA_STARTS = ("=", "+", "@", "\t", "\r")


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
    picture = _PICTURE.search(data.get("text/html", ""))
    if picture:
        links.append(f'<a download="{escape(name)}.png" href="{picture.group(1)}">Picture (PNG)</a>')
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
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"'{text}" if text.startswith(_FORMULA_STARTS) else text for key, text in row.items()})
    return buffer.getvalue()
