"""What a notebook cell shows: a table or a figure as one HTML fragment, with a plain-text twin that nbval compares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as _escape
from typing import Any

from analysis.core.errors import ParameterMistake
from analysis.core.wording import plain, shortened

LONGEST_CELL = 500
"""Characters of a cell that stand open; the rest is one click away."""
LONG_COLUMN = 70
MIDDLING_COLUMN = 24
"""Columns with longer texts than these get more room."""

Row = Mapping[str, str]

ROWS_TYPE = "application/vnd.retention.rows+json"
"""Media type under which tables and figures carry their numbers, so that a report can offer them as CSV."""


class _Exhibit:
    """What every exhibit has: an HTML fragment, a plain-text twin, and the numbers in it, where there are some."""

    __slots__ = ()
    parts: Sequence[_Exhibit] = ()

    def html(self) -> str:
        raise NotImplementedError

    def with_rows(self) -> Sequence[TableExhibit | SvgExhibit]:
        """All tables and figures in it, however deep."""
        return [shown for part in self.parts for shown in part.with_rows()]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        rows = rows_of(self.with_rows())
        return {"text/plain": repr(self), "text/html": self.html()} | ({ROWS_TYPE: {"rows": rows}} if rows else {})


@dataclass(frozen=True, slots=True)
class TextExhibit(_Exhibit):
    """A sentence where a table or figure would be empty: saying so is better than an empty space."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def html(self) -> str:
        """Return the sentence as an HTML paragraph."""
        return f'<p class="exhibit">{linked(self.text)}</p>'


@dataclass(frozen=True, slots=True)
class GroupExhibit(_Exhibit):
    """Several exhibits shown one under the other by one cell, such as one for each source.

    Attributes
    ----------
    parts : tuple
    folded : bool
        The first table or figure stands open; the others, and the sentences in place of one, are folded away.
    """

    parts: tuple[TableExhibit | SvgExhibit | TextExhibit, ...]
    folded: bool = False

    def __repr__(self) -> str:
        return "\n\n".join(repr(part) for part in self.parts)

    def html(self) -> str:
        """Return all parts as one HTML fragment."""
        if not self.folded:
            return "\n".join(part.html() for part in self.parts)
        shown = [part.html() for part in self.parts if not isinstance(part, TextExhibit)]
        told = [part.html() for part in self.parts if isinstance(part, TextExhibit)]
        n, rest = len(shown) - 1, "\n".join(shown[1:])
        sources = f"{n} more source{'s' * (n > 1)}"
        more = f"<details><summary>The same for {sources}</summary>{rest}</details>" if rest else ""
        silent = "\n".join(told)
        if silent and shown:
            silent = f"<details><summary>Data that cannot show this</summary>{silent}</details>"
        return "\n".join([*shown[:1], more, *([silent] if silent else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class TableExhibit(_Exhibit):
    """A table of texts, ready to show.

    Attributes
    ----------
    caption : str
        One sentence that says what the table shows.
    rows : tuple of mapping
        Column heading to text, all rows with the same headings in the same order. Texts are escaped on output.
    note : str
        A line under the table; empty for none.
    folded_after : int
        Rows that stand open; the rest is folded away under its count. None for all open.
    record : tuple of mapping
        The same numbers as a file holds them, one a row; empty where the rows shown serve.
    """

    caption: str
    rows: tuple[Row, ...]
    note: str = ""
    folded_after: int | None = None
    record: tuple[Row, ...] = ()

    def __repr__(self) -> str:
        lines = [self.caption]
        lines += [" | ".join(f"{heading}: {text}" for heading, text in row.items()) for row in self.rows]
        return "\n".join([*lines, self.note] if self.note else lines)

    def with_rows(self) -> tuple[TableExhibit]:
        """Itself."""
        return (self,)

    def html(self) -> str:
        """Return the table as an HTML fragment."""
        note = f'<p class="note">{linked(self.note)}</p>' if self.note else ""
        cut = len(self.rows) if self.folded_after is None else self.folded_after
        rest = self.rows[cut:]
        more = (
            f"<details><summary>{len(rest)} more</summary>{_region(f'{self.caption} (continued)', rest)}</details>"
            if rest
            else ""
        )
        return f'<div class="exhibit">{_region(self.caption, self.rows[:cut])}{more}{note}</div>'


@dataclass(frozen=True, slots=True, kw_only=True)
class SvgExhibit(_Exhibit):
    """A vector picture whose finding is written in it, with its numbers.

    Attributes
    ----------
    svg : str
        The whole element.
    alt : str
        What the picture shows, with the finding: for those who cannot see it.
    caption : str
        The finding, as it stands in the picture.
    rows : tuple of mapping
        The numbers that were drawn.
    record : tuple of mapping
        The same numbers as a file holds them, one a row; empty where the rows shown serve.
    """

    svg: str
    alt: str
    caption: str
    rows: tuple[Row, ...]
    record: tuple[Row, ...] = ()

    def __repr__(self) -> str:
        return f"[figure] {self.caption}. {self.alt}"

    def with_rows(self) -> tuple[SvgExhibit]:
        """Itself."""
        return (self,)

    def html(self) -> str:
        """Return picture and folded numbers as an HTML fragment."""
        return (
            f'<figure class="exhibit vector">{self.svg}<details class="numbers"><summary>The numbers in this figure'
            f'</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers: {escape(self.caption)}">'
            f"{table_html(self.caption, self.rows)}</div></details></figure>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartExhibit(_Exhibit):
    """One part of a claim's section: a small heading, sentences and exhibits; folded away where it is for specialists.

    Attributes
    ----------
    heading : str
        Empty for none.
    kind : str
        Name of its style.
    lines : tuple of str
        Paragraphs, or items of a list where `listed`.
    parts : tuple
        Exhibits under them.
    folded : bool
    listed : bool
    """

    heading: str
    kind: str
    lines: tuple[str, ...] = ()
    parts: tuple[TableExhibit | SvgExhibit | TextExhibit | PartExhibit, ...] = ()
    folded: bool = False
    listed: bool = False

    def __repr__(self) -> str:
        return "\n".join([*([self.heading] if self.heading else []), *self.lines, *(repr(part) for part in self.parts)])

    def html(self) -> str:
        """Return the part as an HTML fragment."""
        mark = "li" if self.listed else "p"
        told = "".join(f"<{mark}>{linked(line)}</{mark}>" for line in self.lines)
        told = f"<ul>{told}</ul>" if told and self.listed else told
        told = f'<div class="words">{told}</div>' if told else ""
        inner = told + "".join(part.html() for part in self.parts)
        if self.folded:
            return f'<details class="part {self.kind}"><summary>{escape(self.heading)}</summary>{inner}</details>'
        heading = f"<h3>{escape(self.heading)}</h3>" if self.heading else ""
        return f'<section class="part {self.kind}">{heading}{inner}</section>'


_CODE = re.compile(r"`([^`]+)`")
_DOI = re.compile(r"\bdoi:(10\.[0-9]{4,9}/[^\s,;&<>\"]*[^\s,;&<>\".])")


def linked(text: str) -> str:
    """Return a text fit for HTML in which every ``doi:`` is a link to the study and what stands in backticks is code.

    Examples
    --------
    >>> linked("A & B 2001, doi:10.1/x")
    'A &amp; B 2001, doi:10.1/x'
    >>> linked("B 2001, doi:10.1509/jmkr.38")
    'B 2001, <a href="https://doi.org/10.1509/jmkr.38" rel="external">doi:10.1509/jmkr.38</a>'
    """
    told = _DOI.sub(r'<a href="https://doi.org/\1" rel="external">doi:\1</a>', escape(text))
    return _CODE.sub(r"<code>\1</code>", told)


def escape(text: str) -> str:
    """Return a text fit for HTML, without marks that would reorder the page around it."""
    return _escape(plain(text))


def rows_of(shown: Sequence[TableExhibit | SvgExhibit]) -> list[dict[str, str]]:
    """Return the numbers of several exhibits as the rows of one file, each with the caption it stood under.

    Where some have a record, one number a row, only those enter: texts of other shapes would make its columns ragged.
    """
    chosen = [part for part in shown if part.record] or shown
    if len(chosen) == 1:
        return [dict(row) for row in chosen[0].record or chosen[0].rows]
    headings = dict.fromkeys(heading for part in chosen for row in part.record or part.rows for heading in row)
    rows: list[dict[str, str]] = []
    for part in chosen:
        for row in part.record or part.rows:
            found = {heading: row.get(heading, "") for heading in headings} | {"table": part.caption}
            rows += [found] if found not in rows else []
    return rows


def _cell(text: str) -> str:
    """A cell's text; the rest of a very long one is folded away."""
    text = plain(text)
    if len(text) <= LONGEST_CELL:
        return linked(text)
    cut = _escape(shortened(text, LONGEST_CELL))
    return f'{cut}<details class="rest"><summary>all of it</summary>{linked(text)}</details>'


def _region(caption: str, rows: Sequence[Row]) -> str:
    """A table in a box of its own that scrolls sideways where it has to, by keyboard too."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">{table_html(caption, rows)}</div>'


def _room(longest: int) -> str:
    """The class of a column whose longest text has so many characters."""
    name = "long" if longest > LONG_COLUMN else "middling" if longest > MIDDLING_COLUMN else ""
    return f' class="{name}"' if name else ""


def table_html(caption: str, rows: Sequence[Row]) -> str:
    """Return an HTML table with a caption, column headers and row headers.

    Raises
    ------
    ParameterMistake
        If rows differ in their headings, or there is none.
    """
    if not rows:
        raise ParameterMistake(f"`rows` of the table {caption!r} must not be empty; show a sentence instead.")
    headings = tuple(rows[0])
    for row in rows:
        if tuple(row) != headings:
            raise ParameterMistake(
                f"`rows` of the table {caption!r} must share the headings {headings}; got {tuple(row)}."
            )
    long = {h: _room(max(len(row[h]) for row in rows)) for h in headings}
    head = "".join(f'<th scope="col"{long.get(h, "")}>{_cell(h)}</th>' for h in headings)
    body = "".join(
        f'<tr><th scope="row"{long.get(headings[0], "")}>{_cell(row[headings[0]])}</th>'
        + "".join(
            f'<td data-label="{escape(shortened(h, LONG_COLUMN))}"{long.get(h, "")}>{_cell(row[h])}</td>'
            for h in headings[1:]
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
