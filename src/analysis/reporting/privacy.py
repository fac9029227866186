"""No customer identifier leaves the house: executed notebooks, pages and records are searched before they are left to stand.

Where one is found, the outputs that show it are taken out, the page says so, and the run ends as failed. Messages say where
and how many, never which: they are shown on the page themselves.
"""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Any

from analysis.reporting.identifiers import Identifiers

_DATA_LINK = re.compile(r"data:([a-z/+.-]+)[^,]*;base64,([A-Za-z0-9+/=]+)")
# Attributes of elements that hold no words: coordinates, looks, addresses.
_WORDLESS = {
    "style",
    "class",
    "id",
    "viewbox",
    "d",
    "points",
    "src",
    "width",
    "height",
    "x",
    "y",
    "cx",
    "cy",
    "x1",
    "x2",
}


COUNTS = "n"
"""Column of tidy numbers that holds counts as plain digits: a count that equals somebody's number names nobody."""

CUSTOMERS, PATHS = "identifiers of customers", "paths of this machine"

_PATH = re.compile(r"[/\\](?:site-packages|dist-packages|ipykernel_\d+)[/\\]")
"""Where libraries are installed and where a notebook's cells run: what a library's warning would print of a machine."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where identifiers were found: number of the cell (None: not in a cell), its part, how many, and what they are."""

    cell: int | None
    part: str
    n: int
    what: str = CUSTOMERS

    def __str__(self) -> str:
        place = self.part if self.cell is None else f"{self.part} of cell {self.cell + 1}"
        return f"{self.n} in the {place}"


def error_of(found: Sequence[Shown]) -> str:
    """Say in one line what was found, without showing it.

    Examples
    --------
    >>> error_of([Shown(3, "output", 5)]).split(".")[0]
    'IdentifierShown: identifiers of customers would be shown (5 in the output of cell 4)'
    """
    what = " and ".join(dict.fromkeys(part.what for part in found))
    return (
        f"IdentifierShown: {what} would be shown ({'; '.join(map(str, found))}). These parts were taken "
        "out. Show counts of customers instead of the customers, then run again."
    )


def search_notebook(notebook: Any, ids: Identifiers) -> list[Shown]:
    """Return the cells of an executed notebook whose outputs or code show an identifier."""
    found = []
    for place, cell in enumerate(notebook.cells):
        code = cell.cell_type == "code"
        n = ids.shown_in(_without_numbers(cell.source) if code else cell.source)
        found += [Shown(place, "code" if code else "text", n)] if n else []
        most = max((_in_output(output, ids) for output in cell.get("outputs", ())), default=0)
        found += [Shown(place, "output", most)] if most else []
        paths = max((_paths_in(output) for output in cell.get("outputs", ())), default=0)
        found += [Shown(place, "output", paths, PATHS)] if paths else []
    return found


def _paths_in(output: Mapping[str, Any]) -> int:
    """Paths in what a cell prints or shows; an error keeps its own, because whoever runs the page has to find it."""
    if output["output_type"] == "error":
        return 0
    texts = [output["text"]] if output["output_type"] == "stream" else list(output.get("data", {}).values())
    return sum(len(_PATH.findall("".join(text) if isinstance(text, list) else str(text))) for text in texts)


def withhold(notebook: Any, found: Sequence[Shown]) -> None:
    """Take out of a notebook, in place, whatever was found to show an identifier."""
    from nbformat.v4 import new_output

    for shown in found:
        if shown.cell is None:
            continue
        cell = notebook.cells[shown.cell]
        if shown.part == "output":
            notice = f"Withheld: this output would have shown {shown.what}."
            cell.outputs = [new_output("stream", name="stdout", text=notice)]
        else:
            cell.source = "# withheld" if shown.part == "code" else "Withheld."


def search_page(html: str, ids: Identifiers) -> int:
    """Return how many identifiers a page shows: in its text, its tables, its alternative texts and its downloads."""
    reader = _Words()
    reader.feed(html)
    downloads = [
        _in_rows(_rows_of_csv(base64.b64decode(content).decode("utf-8-sig")), ids)
        for kind, content in _DATA_LINK.findall(html)
        if kind == "text/csv"
    ]
    texts = (ids.shown_in(text) for text in reader.texts)
    columns = (ids.shown_in_column(heading, cells) for heading, cells in reader.columns())
    return max((*texts, *columns, *downloads), default=0)


def search_record(record: Any, ids: Identifiers) -> int:
    """Return how many identifiers occur in the texts and keys of a JSON record; numbers are estimates, not names."""
    return max((ids.shown_in(text) for text in _texts(record)), default=0)


def _in_output(output: Mapping[str, Any], ids: Identifiers) -> int:
    if output["output_type"] == "stream":
        return _in_plain(output["text"], ids)
    if output["output_type"] == "error":
        return max(ids.shown_in(text) for text in (output["ename"], output["evalue"], "\n".join(output["traceback"])))
    found = [0]
    for kind, content in output.get("data", {}).items():
        if kind == "text/html":
            found.append(search_page(content, ids))
        elif kind.startswith("text/"):
            found.append(_in_plain(content, ids))
        elif kind.endswith("json"):
            rows = content.get("rows", ()) if isinstance(content, Mapping) else ()
            found.append(search_record({**content, "rows": ()} if rows else content, ids))
            found.append(_in_rows([list(row.items()) for row in rows], ids))
    return max(found)


def _rows_of_csv(table: str) -> list[list[tuple[str, str]]]:
    """Rows of a table as CSV: every cell with its heading, also those beyond the headings, and the headings once as cells.

    Examples
    --------
    >>> _rows_of_csv("estimate,n\\n0.5,23570,C-1029\\n")[1:]
    [[('estimate', '0.5'), ('n', '23570'), ('', 'C-1029')]]
    """
    heads, *rows = csv.reader(io.StringIO(table)) if table.strip() else [[]]
    return [[("", head) for head in heads], *(list(zip_longest(heads, row, fillvalue="")) for row in rows)]


def _in_rows(rows: Sequence[Sequence[tuple[str, Any]]], ids: Identifiers) -> int:
    """Identifiers in rows of headings and cells, by themselves and as columns; counts are none.

    Examples
    --------
    >>> _in_rows([[("n", "23570")], [("n", "C-1029")]], Identifiers(frozenset({"23570", "C-1029"})))
    1
    """
    texts: list[object] = []
    columns: dict[str, list[str]] = {}
    for row in rows:
        for head, cell in row:
            if head == COUNTS and str(cell).isdecimal():
                continue
            texts += [head, cell]
            columns.setdefault(head, []).append(str(cell))
    found = (ids.shown_in_column(head, cells) for head, cells in columns.items())
    return max((ids.shown_in("\n".join(_texts(texts))), *found))


def _in_plain(text: str, ids: Identifiers) -> int:
    columns = (ids.shown_in_column(heading, cells) for heading, cells in _printed_columns(text, ids))
    return max((ids.shown_in(text), *columns))


def _printed_columns(text: str, ids: Identifiers) -> Iterator[tuple[str, list[str]]]:
    """Columns of a printed table whose heading names an identifier: what stands under it, flush left or flush right."""
    lines = [[(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", line)] for line in text.splitlines()]
    for at, line in enumerate(lines):
        for place, (word, start, end) in enumerate(line):
            if word.strip(",").lower() not in ids.columns:
                continue
            below = [word for rest in lines[at + 1 :] for word, left, right in rest if left == start or right == end]
            # A printed column by itself has its name behind it: "Name: customer_id, dtype: int64".
            named = [rest[-1][0] for rest in lines[:at] if rest] if place and line[place - 1][0] == "Name:" else []
            yield word.strip(","), below + named


def _without_numbers(code: str) -> str:
    """Code without its bare numbers: a parameter of 50000 is no customer."""
    return re.sub(r"(?<![\w'\"-])\d+(?:\.\d+)?(?![\w'\"-])", "", code)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (str(key) for key in value)
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


class _Words(HTMLParser):
    """Texts, attributes that hold words, and tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tables: list[list[list[str]]] = []
        self._skip = self._code = self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip = tag == "style"
        self._code = self._code or tag == "code"
        self.texts += [
            value or ""
            for name, value in attrs
            if name not in _WORDLESS and not (value or "").startswith("data:") and name != "href"
        ]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._skip = False
        self._code = self._code and tag != "code"
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            text = unescape(data)
            self.texts.append(_without_numbers(text) if self._code else text)
            if self._cell:
                self.tables[-1][-1][-1] += text

    def columns(self) -> Iterator[tuple[str, list[str]]]:
        """Heading and cells of every column; every row is tried as the one with the headings."""
        for table in self.tables:
            width = max((len(row) for row in table), default=0)
            for place in range(width):
                cells = [row[place] for row in table if len(row) > place]
                for at, heading in enumerate(cells[:2]):
                    yield heading, cells[at + 1 :]
