"""Exports as they come, from the first look to an open company: the steps of `init` and `check`, in a notebook."""

from __future__ import annotations

import tempfile
from pathlib import Path

from analysis.company.initialising import init_company
from analysis.company.settings import FILE
from analysis.company.store import Company
from analysis.core.errors import ParameterMistake
from analysis.demo.exports import write_exports
from analysis.sources.own_tables import company_source
from analysis.workbench.own_company import OwnCompany
from analysis.workbench.shown import Lines

DEMONSTRATION = "demonstration-shop"


class Exports:
    """A company's exports in a folder, or whatever else its data are.

    Attributes
    ----------
    place : str
        Folder, file or address, for `analysis.company`.
    invented : bool
        True for the demonstration shop, whose files are written to a temporary folder.
    """

    def __init__(self, data: str = "", *, seed: int = 1) -> None:
        self.invented = not data
        self._temporary = tempfile.TemporaryDirectory() if self.invented else None
        self.place = data if self._temporary is None else str(Path(self._temporary.name) / DEMONSTRATION)
        self._rows = write_exports(self.place, seed=seed) if self.invented else {}
        self._known: Lines | None = None
        self._read: tuple[Company, dict[str, tuple[int, int]]] | None = None

    def recognise(self) -> Lines:
        """Say what the files are and write ``company.toml`` beside them; one that is there is used as it is.

        Raises
        ------
        UserMistake
            If a file cannot be read.
        """
        if self._known is None:
            self._known = self._recognised()
        return self._known

    def company(self) -> OwnCompany:
        """The company, its files recognised."""
        self.recognise()
        source, read = company_source(self.place), self._read
        self._read = None
        if read and read[1] == self._state():  # nobody has put other files there since
            source.company.take_over(read[0])
        return OwnCompany(source)

    def _recognised(self) -> Lines:
        folder = Path(self.place).expanduser()
        if not folder.is_dir() or (folder / FILE).exists():
            return Lines((f"The settings of {company_source(self.place).title} are used as they are.",))
        done = init_company(folder)
        if self.invented:
            settings = folder / FILE
            text = settings.read_text(encoding="utf-8").replace("[company]\n", "[company]\nsimulated = true\n", 1)
            settings.write_text(text, encoding="utf-8")
        self._read = (done.read, self._state()) if done.read else None
        return Lines((*done.seen, *done.unused, *done.told))

    def _state(self) -> dict[str, tuple[int, int]]:
        """Size and time of the last change of every file but the settings, which are compared by what they say."""
        files = [path for path in Path(self.place).expanduser().iterdir() if path.name != FILE]
        return {path.name: ((facts := path.stat()).st_size, facts.st_mtime_ns) for path in files}

    def __repr__(self) -> str:
        return repr(self._lines())

    def _repr_html_(self) -> str:
        return self._lines()._repr_html_()

    def _lines(self) -> Lines:
        if self.invented:
            return Lines(f"{name}: {rows:,} rows" for name, rows in self._rows.items())
        folder = Path(self.place).expanduser()
        if not folder.is_dir():
            return Lines((folder.name,))
        return Lines(path.name for path in sorted(folder.iterdir()) if path.is_file())


def exports(data: str = "", *, seed: int = 1) -> Exports:
    """Your exports, or those of an invented shop to learn with.

    Parameters
    ----------
    data : str
        A folder of exports; also a ``company.toml``, a file or a database address. Empty: the demonstration shop.
    seed : int
        Of the demonstration shop, 0 or more.

    Raises
    ------
    ParameterMistake
        If there is no such folder or file.
    """
    if data and "://" not in data and not Path(data).expanduser().exists():
        raise ParameterMistake(
            f"`data` must be a folder or file that is there, or an address; got {Path(data).name!r}."
        )
    return Exports(data, seed=seed)
