"""A company's tables read once for a whole run: cleaned, and made into every frame that its pages need, before they run."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.cache.source_code import code_hash, short_hash
from analysis.cache.store import environment
from analysis.company import kept
from analysis.core.errors import AnalysisError, UserMistake
from analysis.register.claims import load_register
from analysis.reporting.beside import Give, at_once, beside
from analysis.reporting.frames_by_two import made_by_two
from analysis.reporting.identifiers import Identifiers, identifiers_of
from analysis.reporting.plan import Step
from analysis.reporting.warm import prepared_context

if TYPE_CHECKING:
    from analysis.sources.base import Source

MEASURED = (
    "purchases",
    "account_periods",
    "account_periods/subscriptions",
    "cohort_survival/subscriptions",
    "cohort_survival/subscription_months",
    "contacts",
    "satisfaction_items",
)
"""Frames that a page without claims asks for: figures that claim nothing are counted from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRun:
    """What a run knows of a company before its pages are made.

    Attributes
    ----------
    customers : Identifiers
        That no output may show; None without own data.
    told : str
        For `kept.join` in the run's processes; empty without own data.
    """

    customers: Identifiers | None = None
    told: str = ""


@contextlib.contextmanager
def own_run(
    todo: Sequence[Step],
    output: Path,
    jobs: int,
    keep: Path | None = None,
    telling: Callable[[str], None] = lambda step: None,
) -> Iterator[OwnRun]:
    """Read the company's tables, make the frames that the pages of `todo` need, and keep both while the pages are made.

    A mistake in a table is no mistake of the run: the pages that need the table say it.

    Parameters
    ----------
    todo : sequence of Step
    output : Path
        Folder of the pages, in which nothing is stored.
    jobs : int
        Processes that the run may have at work; with two or more, two make the frames.
    keep : Path
        Folder in which the next run finds it all; None: a temporary one that goes with the run.
    telling : callable
        Called with each step in words as it begins.

    Raises
    ------
    UserMistake
        If `keep` lies where the pages are, or the data cannot be opened.
    """
    data = next((str(step.parameters["data"]) for step in todo if step.parameters.get("data")), "")
    if not data:
        yield OwnRun()
        return
    with kept_while(data, keep, output) as told:
        customers = _read(data, todo, jobs, telling)
        gc.collect()  # the engine and its tables refer to themselves: they are not to stay while the pages are made
        yield OwnRun(customers=customers, told=told)


def _read(data: str, todo: Sequence[Step], jobs: int, telling: Callable[[str], None]) -> Identifiers:
    """Make the frames that the pages need, in an engine that goes with this call; return whom no page may show."""
    from analysis.sources.own_tables import company_source

    source = company_source(data)
    telling(f"reading {', '.join(source.company.names)}")
    wanted = frames_of(todo, source)
    context, warm = prepared_context()
    alone = contextlib.nullcontext(at_once)
    with beside("analysis.frames.builders.catalogue", context=context) if warm and jobs > 1 else alone as give:
        # Ids are read each time: they are written nowhere.
        made, counted, customers = made_by_two(
            source, data, wanted, _make, {}, give, telling, lambda: identifiers_of(source.company)
        )
        for later in made.values():
            later()
        (source.company.queries + counted()).tell()
    return customers


def _make(source: Source, key: str, given: None, give: Give) -> None:
    """Make a frame, which is kept for the pages, or the reason why it cannot be made."""
    with contextlib.suppress(AnalysisError):
        source.frame(key)


@contextlib.contextmanager
def kept_while(data: str, keep: Path | None, output: Path | None = None) -> Iterator[str]:
    """Keep what is read of the company at `data` for a while, or with `keep` for the next time too."""
    if keep is not None and output is not None and _within(keep, output):
        raise UserMistake(
            f"`--keep` must name a folder outside that of the reports ({output.name}), which are there to be handed on; "
            f"got {str(keep)!r}."
        )
    with kept.folder_of_run(keep, content_of(data) if keep else "") as folder, kept.folder_of_run(None, "") as tables:
        told = kept.begin(data, folder, tables)
        try:
            yield told
        finally:
            kept.begin(data, None)


def content_of(data: str) -> str:
    """Hash over a company's files, its settings, the code and the packages.

    Raises
    ------
    UserMistake
        If the data lie in a database, which cannot be asked whether it has changed.
    """
    from analysis.sources.own_tables import company_source

    source = company_source(data)
    if source.company.settings.database:
        raise UserMistake(
            f"`--keep` takes files: nothing shows whether the database of {source.title} has changed. Leave it out; the "
            "tables are read once a run all the same."
        )
    code = code_hash("sources.own_tables", "reporting.own_run")
    return short_hash(repr([source.fingerprint(), source.company.settings, code, environment()]).encode())


def frames_of(todo: Sequence[Step], source: Source) -> tuple[str, ...]:
    """Keys of the frames that the pages of `todo` need of a company, each once, in the order of the pages."""
    register = load_register()
    found: dict[str, None] = {}
    for step in todo:
        claims = register.of_notebook(step.name)
        found |= dict.fromkeys(() if claims else MEASURED)
        for claim in claims:
            with contextlib.suppress(KeyError, AnalysisError):
                found |= dict.fromkeys(answer.frame for answer in source.answers[claim.id])
    return tuple(found)


def _within(folder: Path, other: Path) -> bool:
    return folder.resolve().is_relative_to(other.resolve())
