"""R data frames of numbers, strings and factors as plain pandas tables: no nullable integers, no categories.

This reader knows only what such files hold (R's serialisation, version 2 or 3, in XDR: pairlist, symbol, string, logical,
integer, double and character vector, list) and refuses everything else; a test holds it to `rdata` on every public file.
Of the packages, `rdata` takes ten times as long (40 seconds for half a million rows of four text columns), and `pyreadr` is
under the AGPL, which a company that installs this would have to weigh.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.core.errors import DataFault

_OPENERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\xfd7z": lzma.decompress,
    b"BZh": bz2.decompress,
    b"\x1f\x8b": gzip.decompress,
}
_ONE_OBJECT = b"X\n"
_MAGICS = (b"RDX2\nX\n", b"RDX3\nX\n", _ONE_OBJECT)
_LENGTH_OF_VERSIONS = 12
_SYMBOL, _PAIRLIST, _STRING, _LOGICAL, _INTEGER, _DOUBLE, _CHARACTER, _LIST, _COMPACT, _NULL, _REFERENCE = (
    1, 2, 9, 10, 13, 14, 16, 19, 238, 254, 255,
)  # fmt: skip
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
_MISSING_INTEGER = -(2**31)


def read_r_table(path: Path, name: str = "") -> pd.DataFrame:
    """Read the data frame `name` of an ``.rda`` or ``.RData`` file, or the one of an ``.rds`` file, which has no name.

    Numbers come as float64 (R's missing integers stay missing), strings and factors as str, None where missing. Other
    classes of columns are not looked at: dates come as days, times as seconds since 1970.

    Raises
    ------
    DataFault
        If the file is no such file, holds no such object, or holds anything but plain columns.
    """
    objects = _Reader(path).read()
    if name not in objects:
        raise DataFault(f"The R file {path.name} must hold an object named {name!r}; it holds {sorted(objects)}.")
    columns, attributes = objects[name]
    return pd.DataFrame({label: _plain(column) for label, column in zip(attributes["names"], columns, strict=True)})


def _plain(column: Any) -> Any:
    values, attributes = column if isinstance(column, tuple) else (column, {})
    if isinstance(values, list):
        return values
    if "levels" in attributes:
        levels = attributes["levels"]
        return [None if code == _MISSING_INTEGER else levels[code - 1] for code in values]
    return np.where(values == _MISSING_INTEGER, np.nan, values) if values.dtype.kind == "i" else values


class _Reader:
    """One pass over the bytes."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        opener = next((function for magic, function in _OPENERS.items() if raw.startswith(magic)), bytes)
        self.data, self.name, self.symbols = opener(raw), path.name, []  # type: ignore[var-annotated]
        magic = next((magic for magic in _MAGICS if self.data.startswith(magic)), None)
        if magic is None:
            raise DataFault(f"The file {path.name} is no R data file in XDR; it begins with {self.data[:7]!r}.")
        self.nameless, self.at = magic == _ONE_OBJECT, len(magic)
        version = self._integer()
        self.at = len(magic) + _LENGTH_OF_VERSIONS
        if version > 2:  # the name of the encoding follows
            size = self._integer()
            self.at += size

    def read(self) -> dict[str, Any]:
        found = self._item()  # of several objects a pairlist of names and objects
        return {"": found} if self.nameless else dict(found)

    def _integer(self) -> int:
        (value,) = struct.unpack_from(">i", self.data, self.at)
        self.at += 4
        return int(value)

    def _item(self) -> Any:
        flags = self._integer()
        kind = flags & 0xFF
        if kind == _NULL:
            return None
        if kind == _REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == _SYMBOL:
            self.symbols.append(self._item())
            return self.symbols[-1]
        if kind == _STRING:
            return self._string()
        if kind == _PAIRLIST:
            return self._pairs(flags)
        if kind == _COMPACT:
            return self._expanded()
        value = self._vector(kind)
        return (value, dict(self._item())) if flags & _HAS_ATTRIBUTES else value

    def _expanded(self) -> Any:
        """A run of whole numbers stored as length, start and step, as row names are."""
        (_, name), *_ = self._item()
        if name not in ("compact_intseq", "compact_realseq"):
            raise DataFault(
                f"The R file {self.name} holds a vector stored as {name!r}, which plain tables do not have."
            )
        (length, start, step), _ = self._item(), self._item()
        return start + step * np.arange(int(length))

    def _string(self) -> str | None:
        length = self._integer()
        if length < 0:
            return None
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")

    def _pairs(self, flags: int) -> list[tuple[str, Any]]:
        found = []
        while flags & 0xFF == _PAIRLIST:
            if flags & _HAS_ATTRIBUTES:
                self._item()
            label = self._item() if flags & _HAS_TAG else ""
            found.append((label, self._item()))
            flags = self._integer()
        return found

    def _vector(self, kind: int) -> Any:
        length = self._integer()
        if kind in (_DOUBLE, _INTEGER, _LOGICAL):
            dtype = np.dtype(">f8" if kind == _DOUBLE else ">i4")
            values = np.frombuffer(self.data, dtype, length, self.at)
            self.at += length * dtype.itemsize
            return values.astype(dtype.newbyteorder("="))
        if kind == _CHARACTER:
            return self._strings(length)
        if kind == _LIST:
            return [self._item() for _ in range(length)]
        raise DataFault(f"The R file {self.name} holds an object of kind {kind}, which plain tables do not have.")

    def _strings(self, length: int) -> list[str | None]:
        """The loop that matters: every distinct string is decoded once."""
        data, at, unpack, known = self.data, self.at, struct.Struct(">ii").unpack_from, {}  # type: ignore[var-annotated]
        found: list[str | None] = [None] * length
        for k in range(length):
            _, size = unpack(data, at)
            at += 8
            if size >= 0:
                raw = data[at : at + size]
                at += size
                if raw not in known:
                    known[raw] = raw.decode("utf-8")
                found[k] = known[raw]
        self.at = at
        return found
