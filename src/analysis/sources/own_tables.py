"""A company as a source of frames, like any public data set, that can also say what it still lacks for a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.company.finding import files_beside
from analysis.company.store import Company, open_company
from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import Kind
from analysis.frames import Frame
from analysis.frames.builders import needs
from analysis.frames.builders.catalogue import BUILDERS
from analysis.sources.base import Answer, DataCard, Source
from analysis.sources.own_claims import ANSWERS, NOT_IDENTIFIED, OUT_OF_REACH


def company_source(data: str | Path, *, backend: Any = None) -> Source:
    """Open a company's data as a source of frames.

    Parameters
    ----------
    data : str or Path
        A folder, a ``company.toml``, a DuckDB or table file, or a database address.
    backend : ibis backend
        An open connection to use instead of the one the settings name (a Spark session).

    Raises
    ------
    UserMistake
        If the settings break a rule, or the data cannot be found or opened.
    """
    return source_of(open_company(data, backend=backend))


def source_of(company: Company) -> Source:
    """An open company as a source of frames."""
    settings = company.settings
    return Source(
        name="company",
        title=settings.name,
        kind=Kind.SIMULATED if settings.simulated else Kind.OWN,
        delivery="tables",
        data_card=DataCard(
            publisher=settings.name,
            citation=f"{settings.name}: {', '.join(company.names)} ({settings.place})",
            licence="none: simulated" if settings.simulated else "the company's own",
            accessed="at the time of the report",
            row="see the quality ledger",
        ),
        files=lambda: _files(company),
        builders=MappingProxyType({key: _builder(company, key) for key in BUILDERS}),
        answers=_Answers(company),
        not_identified=NOT_IDENTIFIED,
        tables=lambda: company,
        missing=partial(missing, company),
    )


def missing(company: Company, claim_id: str) -> str:
    """What a company lacks to answer a claim; empty if it can.

    Raises
    ------
    ParameterMistake
        If there is no such claim.
    """
    if claim_id in OUT_OF_REACH:
        return OUT_OF_REACH[claim_id]
    if claim_id not in ANSWERS:
        raise ParameterMistake(f"`claim_id` must be one of the register's; got {claim_id!r}.")
    found: str = company.recall(f"missing for {claim_id}", lambda: _missing(company, claim_id))
    return found


def _missing(company: Company, claim_id: str) -> str:
    lacking = [_lacks(company, answer) for answer in ANSWERS[claim_id] if not _steps_aside(company, answer)]
    if () in lacking:
        return ""
    nearest = [found for found in lacking if not any(set(other) < set(found) for other in lacking)]
    return "; or: ".join(dict.fromkeys("; ".join(found) for found in nearest))


def _lacks(company: Company, answer: Answer) -> tuple[str, ...]:
    return needs.lacks((*BUILDERS[answer.frame].needs, *answer.needs), company)


def _steps_aside(company: Company, answer: Answer) -> bool:
    return any(need(company) is None for need in answer.unless)


def _files(company: Company) -> tuple[Path, ...]:
    found: tuple[Path, ...] = company.recall("files", lambda: _all_files(company))
    for file in found:
        if not file.exists():
            raise FrameUnavailable(f"The file {file.name} of {company.settings.name} is not there any more.")
    return found


def _all_files(company: Company) -> tuple[Path, ...]:
    found = [company.settings.file] if company.settings.file else []
    found += [item.file for places in company.engine.found.values() for item in places if item.file]
    found += [file for name in files_beside(company.settings) if (file := _beside(company, name))]
    found = list(dict.fromkeys(found))
    if company.engine.attached and company.settings.path:
        found.append(company.settings.path)
    return tuple(found)


def _beside(company: Company, name: str) -> Path | None:
    folder = company.settings.path
    return folder / name if folder and folder.is_dir() else None


def _builder(company: Company, key: str) -> Callable[[], Frame]:
    def build() -> Frame:
        lacking = needs.lacks(BUILDERS[key].needs, company)
        if lacking:
            raise FrameUnavailable(
                f"The tables of {company.settings.name} cannot give the frame '{key}': it lacks {'; '.join(lacking)}."
            )
        return BUILDERS[key].build(company)

    return lambda: company.once(f"frame {key}", lambda: company.recall(f"frame {key}", build))


class _Answers(Mapping[str, tuple[Answer, ...]]):
    """Claim id to answers, found out when a claim is asked for, so that only the tables it needs are read."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def __getitem__(self, claim_id: str) -> tuple[Answer, ...]:
        answers = ANSWERS[claim_id]
        open_ = self._company.recall(
            f"answers of {claim_id}", lambda: tuple(n for n, a in enumerate(answers) if self._open(a))
        )
        found = tuple(self._answer(answers[n]) for n in open_)
        if not found:
            raise KeyError(claim_id)
        return found

    def _open(self, answer: Answer) -> bool:
        return not _steps_aside(self._company, answer) and not _lacks(self._company, answer)

    def _answer(self, answer: Answer) -> Answer:
        given = {key: getattr(self._company.settings, key) for key in answer.from_settings}
        options = {**answer.options, **{key: value for key, value in given.items() if value is not None}}
        return replace(answer, options=MappingProxyType(options))

    def __iter__(self) -> Iterator[str]:
        return (claim_id for claim_id in ANSWERS if claim_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
