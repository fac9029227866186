"""What a source is: something that builds frames, says what it is, which claims it can answer and which it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.core import paths
from analysis.core.display import facts_html
from analysis.core.errors import DataFault, FrameUnavailable
from analysis.core.vocabulary import Kind, Sampling
from analysis.frames import Frame
from analysis.sources.manifest import file_hash

if TYPE_CHECKING:
    from analysis.company.ledger import Ledger
    from analysis.company.store import Company
    from analysis.frames.builders.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCard:
    """Where a data set comes from and what it may be used for.

    Attributes
    ----------
    in_short : str
        What it is, of when and how large, as an apposition to its title: "a US online music shop of 1997, 23,570 customers".
    publisher, citation, licence, accessed : str
        Who published it, how to cite it, under what terms as far as known, and when the copy was taken.
    row : str
        What one row is.
    defects : tuple of str
        Known faults and odd choices.
    not_for : tuple of str
        What it may not be used for.
    """

    publisher: str
    citation: str
    licence: str
    accessed: str
    row: str
    defects: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    in_short: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which a source answers a claim.

    Attributes
    ----------
    frame : str
        Key of the frame in the source's `builders`.
    options : mapping
        Arguments for the claim's estimator on this frame (which registered `quantity` the outcome measures, a horizon).
    doubt : str
        Why what comes out is shown without a vote (wrong in scenarios of known truth, counted elsewhere), in half a
        sentence. Empty if it counts.
    sampling : Sampling
        How those counted came to be counted, where that is not everybody; a descriptive question weighs it.
    needs : tuple of Need
        Own tables: what the claim needs of them beyond what the frame needs.
    unless : tuple of Need
        Own tables: where one of these is met another answer is better, and this one steps aside.
    from_settings : tuple of str
        Own tables: keys of ``[company]`` that are handed to the estimator where they are given.
    """

    frame: str
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    doubt: str = ""
    sampling: Sampling = Sampling.UNKNOWN
    needs: tuple[Need, ...] = ()
    unless: tuple[Need, ...] = ()
    from_settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIdentified:
    """Why a source that looks able cannot answer a claim.

    Attributes
    ----------
    reason : str
        How the data came about, and why that closes the question.
    naive : Answer
        What a naive analyst would have run; its number is shown as such. None if there is none.
    """

    reason: str
    naive: Answer | None = None


def _no_tables() -> Company:
    raise FrameUnavailable("This source has no tables of a company: its frames are made from its files.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of frames: a public data set or a company's own.

    Attributes
    ----------
    name, title : str
        Identifier, and the name readers see.
    kind : Kind
    delivery : str
        "package" (comes with a Python package), "download" (public file, fetched and hashed) or "tables" (a company's).
    data_card : DataCard
    files : callable
        Returns the paths of the files behind the source; raises FrameUnavailable if one is not there.
    builders : mapping
        Frame key to a function that returns the checked frame. A key is a frame's name, with "/variant" behind it where
        a source builds several of one name.
    answers : mapping
        Claim id to this source's answers.
    not_identified : mapping
        Claim id to the reason why this source, though it may look able, cannot answer it.
    module : str
        Name of the module of `analysis.sources` that holds it; set by the catalogue, empty for a company's tables.
    tables : callable
        Opens the tables from which builders make its frames: a company's own, or a public log in their form.
    missing : callable
        From a claim's id to what own tables lack to answer it, in words; empty if nothing. A public data set is what it is
        and lacks nothing.
    """

    name: str
    title: str
    kind: Kind
    delivery: str
    data_card: DataCard
    files: Callable[[], tuple[Path, ...]]
    builders: Mapping[str, Callable[[], Frame]]
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=lambda: MappingProxyType({}))
    not_identified: Mapping[str, NotIdentified] = field(default_factory=lambda: MappingProxyType({}))
    module: str = ""
    tables: Callable[[], Company] = _no_tables
    missing: Callable[[str], str] = lambda claim_id: ""

    def absence(self) -> str | None:
        """Say why the source is not there, or None if it is. A file that is not the documented one is as good as none."""
        try:
            self.files()
        except (FrameUnavailable, DataFault) as fault:
            return str(fault)
        return None

    def unused(self) -> str | None:
        """Say which of its files is there, is not the documented one, and so is not used; None if there is none."""
        try:
            self.files()
        except DataFault as fault:
            return str(fault)
        except FrameUnavailable:
            pass
        return None

    def frame(self, key: str) -> Frame:
        """Build the frame behind `key`; a public one is built once a process.

        Raises
        ------
        FrameUnavailable
            If this source cannot build it; says which it can, or which file is missing.
        DataFault
            If a file is not what its documentation says.
        """
        if key not in self.builders:
            known = ", ".join(sorted(self.builders)) or "none"
            raise FrameUnavailable(f"Source '{self.name}' cannot build the frame '{key}'; it builds {known}.")
        return self.builders[key]() if self.own else _built(self.builders[key])

    @property
    def own(self) -> bool:
        """True for a company's own tables, real or simulated."""
        return self.delivery == "tables"

    @property
    def company(self) -> Company:
        """The tables behind it and their engine.

        Raises
        ------
        FrameUnavailable
            If its frames are not made from tables.
        """
        return self.tables()

    def ledger(self) -> Ledger:
        """What became of every row: all tables, and the frames built so far; rows that a public source's own code leaves out
        stand first.

        Raises
        ------
        FrameUnavailable
            If its frames are not made from tables and nothing was left out of its files so far.
        """
        from analysis.company.ledger import Ledger
        from analysis.sources.row_ledger import entries_of

        own = entries_of(self.name)
        if own and self.tables is _no_tables:
            return Ledger(entries=own)
        return Ledger(entries=(*own, *self.company.ledger().entries))

    def _repr_html_(self) -> str:
        card = self.data_card
        facts = {
            "name": self.name,
            "kind": self.kind,
            "state": self.absence() or "there",
            "frames": ", ".join(self.builders),
            "publisher": card.publisher,
            "licence": card.licence,
            "a row is": card.row,
            "known faults": "; ".join(card.defects),
        }
        return facts_html(self.title, facts)

    def fingerprint(self) -> str:
        """First 16 hex digits of the sha256 over the files' bytes, in the order of `files`."""
        return fingerprint_of(map(file_hash, self.files()))

    def file_hashes(self) -> dict[str, str]:
        """Name of each file, below the data folder where it lies there, and its sha256, in the order of `files`."""
        folder = paths.data_dir().absolute()
        named = {}
        for path in self.files():
            whole = path.absolute()  # not resolved: a link in the data folder keeps the name it has there
            name = whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else path.name
            named[name] = file_hash(path)
        return named


@cache
def _built(builder: Callable[[], Frame]) -> Frame:
    """A public file does not change while a process runs; a company's tables keep their own store."""
    return builder()


def fingerprint_of(hashes: Iterable[str]) -> str:
    """First 16 hex digits of the sha256 over the hex digits of files' hashes."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()[:16]
