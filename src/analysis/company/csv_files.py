"""CSV files as they come: byte-order marks, encodings, separators, quoted newlines. Everything is read as text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.company.lean_sql import text_literal
from analysis.core.errors import UserMistake

SEPARATORS = (",", ";", "\t", "|")
_HEAD = 1 << 20
_CHUNK = 1 << 24
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvShape:
    """How a CSV file is written.

    Attributes
    ----------
    path : Path
    encoding : str
    separator : str
    columns : tuple of str
        Names in the header, blanks round them taken off.
    skip : int
        Lines before the header (a spreadsheet's ``sep=;``, blank ones, a title).
    rewrite : bool
        Whether the lines end in several ways, which are made one in a copy.
    notes : tuple of str
        What was passed over to read it.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    skip: int = 0
    rewrite: bool = False
    notes: tuple[str, ...] = ()


def inspect_csv(path: Path, *, encoding: str | None = None, separator: str | None = None, skip: int = 0) -> CsvShape:
    """Find out how a CSV file is written, and check its encoding to the last byte.

    Parameters
    ----------
    path : Path
    encoding, separator : str
        As ``company.toml`` gives them; None: by the byte-order mark, else UTF-8, and by the header line.
    skip : int
        Lines before the header; blank lines behind them are passed over too.

    Raises
    ------
    UserMistake
        If the file is empty, is not in the encoding, or its header does not tell the separator.
    """
    with path.open("rb") as handle:
        start = handle.read(4)
    if not start:
        raise UserMistake(
            f"The table file {path.name} is empty: not even a header line. Export it again, or remove it if the company "
            "has no such table."
        )
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    chosen = marked or encoding or "utf-8"
    rewrite = _check_encoding(path, chosen)
    with path.open(encoding=chosen, newline="") as handle:
        head = handle.read(_HEAD).replace("\r\n", "\n").replace("\r", "\n")
    lines, notes = 0, []
    for _ in range(skip):
        head, lines = head.partition("\n")[2], lines + 1
    first = re.match(r"sep=(.)\n", head)
    if first:
        head, separator, lines = head[first.end() :], separator or first.group(1), lines + 1
    blank = re.match(r"(?:[ \t,;|]*\n)+", head)
    if blank:
        n = blank.group(0).count("\n")
        head, lines = head[blank.end() :], lines + n
        notes.append(f"{n} blank line{'s' if n > 1 else ''} before the header passed over")
    if rewrite:
        notes.append("its lines end in several ways, which are taken for one")
    header = _first_record(head)
    if not header.strip():
        raise UserMistake(f"The table file {path.name} has no header line. Export it again.")
    chosen_separator = separator or _find_separator(path, header)
    columns = tuple(name.strip() for name in next(csv.reader(io.StringIO(header), delimiter=chosen_separator)))
    return CsvShape(
        path=path,
        encoding=chosen,
        separator=chosen_separator,
        columns=columns,
        skip=lines,
        rewrite=rewrite,
        notes=tuple(notes),
    )


def _check_encoding(path: Path, encoding: str) -> bool:
    """Decode the whole file, and say whether its lines end in more than one way."""
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)()
    lines, ends, last = 0, {"\r\n": 0, "\n": 0, "\r": 0}, ""
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as fault:
                line = lines + chunk[: fault.start].count(b"\n") + 1
                raise UserMistake(
                    f"The table file {path.name} is not in the encoding {encoding}: line {line} holds the byte "
                    f"0x{chunk[fault.start] if fault.start < len(chunk) else 0:02x}, which means nothing in it. Name the "
                    'encoding in company.toml, [data] `encoding` (often "cp1252" or "latin-1"), or save it as UTF-8.'
                ) from None
            if "\x00" in text:
                line = lines + text[: text.find("\x00")].count("\n") + 1
                raise UserMistake(
                    f"The table file {path.name} is no text table: line {line} holds a zero byte. Export it as CSV or "
                    "Parquet."
                )
            lines += chunk.count(b"\n")
            both = text.count("\r\n") + (last == "\r" and text.startswith("\n"))
            ends["\r\n"] += both
            ends["\n"] += text.count("\n") - both
            ends["\r"] += text.count("\r") - both
            last = text[-1:]
    return sum(1 for n in ends.values() if n > 0) > 1


def _first_record(head: str) -> str:
    """The header line; a newline between double quotes belongs to it."""
    quoted = False
    for i, character in enumerate(head):
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            return head[:i]
    return head


def _find_separator(path: Path, header: str) -> str:
    plain = re.sub(r'"[^"]*"', "", header)
    counts = sorted(((plain.count(s), s) for s in SEPARATORS), reverse=True)
    if counts[0][0] and counts[0][0] == counts[1][0]:
        raise UserMistake(
            f"The header of {path.name} does not tell its separator: {counts[0][1]!r} and {counts[1][1]!r} stand in it "
            f"equally often. Name it in company.toml, [data] `separator`."
        )
    return counts[0][1] if counts[0][0] else ","


def as_utf8(shape: CsvShape, folder: Path) -> Path:
    """Return a UTF-8 file with the same text: the file itself, or a copy in `folder`."""
    if shape.encoding in ("utf-8", "utf-8-sig", "ascii") and not shape.rewrite:
        return shape.path
    copy = folder / f"{shape.path.stem}.utf8.csv"
    # None reads \r, \n and \r\n all as \n; "" leaves them as they are.
    with (
        shape.path.open(encoding=shape.encoding, newline=None if shape.rewrite else "") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while piece := source.read(_CHUNK):
            target.write(piece)
    return copy


def stage_csv(connection: Any, shape: CsvShape, name: str, folder: Path, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Read the wanted columns of a CSV file into a table of texts in the embedded DuckDB, in the file's order.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    name : str
        Name of the table; its columns are c0, c1, ... in the header's order.
    wanted : tuple of int
        Positions of the columns to keep.

    Returns
    -------
    tuple of int
        Numbers of the rows that do not fit the header (too many or too few fields), the header not counted.

    Raises
    ------
    UserMistake
        If a quoted field is never closed, which would swallow all rows behind it.
    """
    import duckdb

    path = as_utf8(shape, folder)
    columns = {f"c{i}": "VARCHAR" for i in range(len(shape.columns))}
    retained = ", ".join(f"c{i}" for i in wanted)
    options = {
        "delim": shape.separator,
        "quote": '"',
        "escape": '"',
        "header": True,
        "skip": shape.skip,
        "auto_detect": False,
        "columns": columns,
        "store_rejects": True,
        "rejects_table": f"rejects_{name}",
        "rejects_scan": f"rejects_scan_{name}",
        "rejects_limit": 0,
    }
    arguments = ", ".join(f"{key} = {_literal(value)}" for key, value in options.items())
    for left_over in (name, f"rejects_{name}", f"rejects_scan_{name}"):
        connection.execute(f"DROP TABLE IF EXISTS {left_over}")
    try:
        connection.execute(
            f"CREATE TABLE {name} AS SELECT {retained} FROM read_csv({_literal(str(path))}, {arguments})"
        )
        faults = connection.execute(
            f"SELECT line, any_value(CAST(error_type AS VARCHAR)), any_value(csv_line) FROM rejects_{name} "
            "GROUP BY line ORDER BY line"
        ).fetchall()
    except duckdb.OutOfMemoryException:
        raise no_room(f"the table file {shape.path.name}") from None
    except duckdb.Error as fault:
        raise UserMistake(
            f"The table file {shape.path.name} cannot be read as CSV with the separator {shape.separator!r}: "
            f"{str(fault).splitlines()[0]} Look at that line, or export the table again."
        ) from None
    for line, kind, text in faults:
        if kind == "LINE SIZE OVER MAXIMUM" or (kind == "UNQUOTED VALUE" and "\n" in (text or "").strip()):
            raise UserMistake(
                f"The table file {shape.path.name}: about line {line}, a field begins with a double quote that is never "
                "closed, so that it is not clear where the rows behind it end. Close or remove the quote."
            )
    return tuple(line - 1 - shape.skip for line, _, _ in faults)


def no_room(what: str) -> UserMistake:
    """The mistake of a memory limit, or a disk for temporary files, that is too small for the data."""
    return UserMistake(
        f"The engine has not room enough for {what}: neither in its memory limit nor on the disk for temporary files. Raise "
        'it in company.toml, [data]: memory_limit ("2GB" without it), or make room on the disk that TMPDIR names.'
    )


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_literal(item)}" for key, item in value.items()) + "}"
    return text_literal(value)
