"""A company's own tables: read and accounted for, turned into frames, and asked like any public source."""

from __future__ import annotations

from analysis.company.checking import ClaimCheck, CompanyCheck, check_company
from analysis.company.initialising import Initialised, init_company
from analysis.company.ledger import Entry, Ledger, LeftOut
from analysis.company.source import CompanySource, company_source

__all__ = [
    "ClaimCheck",
    "CompanyCheck",
    "CompanySource",
    "Entry",
    "Initialised",
    "LeftOut",
    "Ledger",
    "check_company",
    "company_source",
    "init_company",
]
