"""What `python -m analysis check DATA` shows: the ledger, and for every claim whether it can be tested now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.company import needs
from analysis.company.catalogue import RECIPES
from analysis.company.claims_answered import OUT_OF_REACH, WAYS
from analysis.company.ledger import Ledger
from analysis.company.source import CompanySource, company_source
from analysis.errors import FrameMistake, FrameUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """Whether a company can test a claim now.

    Attributes
    ----------
    claim : str
        Id in the register.
    testable : bool
    frames : tuple of str
        Keys of the frames from which it is tested.
    missing : str
        What is lacking, in words; empty if testable.
    """

    claim: str
    testable: bool
    frames: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCheck:
    """All that a check of a company's data found.

    Attributes
    ----------
    company : str
    tables : tuple of str
        Tables that are there.
    ledger : Ledger
        Tables and every frame that some claim needs.
    claims : tuple of ClaimCheck
        All claims, in the register's order of families.
    unbuilt : tuple of (str, str)
        Frames whose tables are there but which cannot be made all the same, and why.
    """

    company: str
    tables: tuple[str, ...]
    ledger: Ledger
    claims: tuple[ClaimCheck, ...]
    unbuilt: tuple[tuple[str, str], ...]

    @property
    def n_testable(self) -> int:
        """Claims that can be tested now."""
        return sum(item.testable for item in self.claims)

    def claim_rows(self) -> tuple[dict[str, Any], ...]:
        """The claims as a flat table for showing."""
        return tuple(
            {
                "Claim": item.claim,
                "Testable now": "yes" if item.testable else "no",
                "From": ", ".join(item.frames),
                "Missing": item.missing,
            }
            for item in self.claims
        )


def check_company(data: str | Path, *, backend: Any = None) -> CompanyCheck:
    """Read all tables, make every frame that some claim needs, and say what can be tested.

    Parameters
    ----------
    data : str or Path
        As for `company_source`.
    backend : ibis backend
        An open connection to use instead of the one the settings name.

    Raises
    ------
    UserMistake
        If the settings break a rule, or a table cannot be read.
    """
    source = company_source(data, backend=backend)
    for name in source.company.names:
        source.company.table(name)
    unbuilt = _build_all(source)
    failed = {key for key, _ in unbuilt}
    reasons = dict(unbuilt)
    return CompanyCheck(
        company=source.title,
        tables=source.company.names,
        ledger=source.ledger(),
        claims=tuple(_check_claim(source, claim, failed, reasons) for claim in (*WAYS, *OUT_OF_REACH)),
        unbuilt=unbuilt,
    )


def _build_all(source: CompanySource) -> tuple[tuple[str, str], ...]:
    """Make the frames one after the other, keep none of them, and return those that cannot be made."""
    wanted = dict.fromkeys(way.frame for ways in WAYS.values() for way in ways)
    unbuilt = []
    for key in wanted:
        if not needs.lacks(RECIPES[key].needs, source.company):
            try:
                RECIPES[key].build(source.company)
            except (FrameUnavailable, FrameMistake) as fault:
                unbuilt.append((key, str(fault)))
    return tuple(unbuilt)


def _check_claim(source: CompanySource, claim: str, failed: set[str], reasons: dict[str, str]) -> ClaimCheck:
    missing = source.missing(claim)
    if missing:
        return ClaimCheck(claim=claim, testable=False, frames=(), missing=missing)
    frames = tuple(dict.fromkeys(answer.frame for answer in source.answers[claim]))
    built = tuple(key for key in frames if key not in failed)
    if not built:
        return ClaimCheck(claim=claim, testable=False, frames=(), missing=reasons[frames[0]])
    return ClaimCheck(claim=claim, testable=True, frames=built, missing="")
