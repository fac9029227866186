"""Files that are no CSV yet: workbooks and packed files become one, in the working folder, before anything is read."""

from __future__ import annotations

import csv
import datetime
import gzip
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.core.errors import UserMistake

WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
SHEET = "#"
"""Between a workbook's name and the name of its sheet: "orders.xlsx#2024"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A file that can be read as CSV or Parquet.

    Attributes
    ----------
    path : Path
    separator, encoding : str
        Known where the file was written here; None: to be found out.
    note : str
        What was done to it, in words; empty if nothing.
    """

    path: Path
    separator: str | None = None
    encoding: str | None = None
    note: str = ""


def is_workbook(path: Path) -> bool:
    """Whether a file is a spreadsheet's workbook, by its name."""
    return path.name.partition(SHEET)[0].lower().endswith(WORKBOOKS)


def readable(path: Path, folder: Path, *, sheet: str = "", decimal: str | None = None) -> Readable:
    """Return a file that can be read as CSV or Parquet: the file itself, or a copy in `folder`.

    Parameters
    ----------
    path, folder : Path
    sheet : str
        Sheet of a workbook; empty: the first.
    decimal : str
        Mark with which a workbook's numbers are written; None: a point.

    Raises
    ------
    UserMistake
        If a workbook or packed file cannot be opened.
    """
    if path.suffix.lower() == ".gz":
        return Readable(path=_unpacked(path, folder))
    if is_workbook(path):
        return _from_workbook(path, folder, sheet, decimal or ".")
    return Readable(path=path)


def _unpacked(path: Path, folder: Path) -> Path:
    target = folder / path.stem
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
    except (OSError, EOFError, zlib.error) as fault:
        raise UserMistake(
            f"The table file {path.name} cannot be unpacked as gzip: {fault}. Pack it again, or give it unpacked."
        ) from None
    return target


def _from_workbook(path: Path, folder: Path, sheet: str, decimal: str) -> Readable:
    import pandas as pd

    try:
        with pd.ExcelFile(path, engine="calamine") as book:
            names = [str(name) for name in book.sheet_names]
            if sheet and sheet not in names:
                raise UserMistake(
                    f"The workbook {path.name} has no sheet {sheet!r}; it has {', '.join(map(repr, names))}. Correct the name."
                )
            chosen = sheet or names[0]
            cells = book.parse(chosen, header=None, dtype=object)
    except UserMistake:
        raise
    except Exception as fault:  # calamine and its readers share no base class
        raise UserMistake(
            f"The workbook {path.name} cannot be read ({type(fault).__name__}: {fault}). Save it anew, or export it as CSV."
        ) from None
    target = folder / f"{path.stem}.{names.index(chosen)}.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for row in cells.itertuples(index=False):
            writer.writerow([_cell(value, decimal) for value in row])
    others = [name for name in names if name != chosen]
    note = f"read from the sheet {chosen!r} of the workbook"
    if others and not sheet:
        note += f'; not from {", ".join(map(repr, others))} (name one as "{path.name}{SHEET}{others[0]}")'
    return Readable(path=target, separator=",", encoding="utf-8", note=note)


def _cell(value: Any, decimal: str) -> str:
    import pandas as pd

    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", decimal)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
