"""A company's own tables: read and accounted for, turned into frames, and asked like any public source.

This file is the table of contents; a name is imported from its module on first use, because the engine behind is heavy and
a run on public data never needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

CONTENTS = {
    "ClaimCheck": "checking",
    "CompanyCheck": "checking",
    "CompanySource": "source",
    "Entry": "ledger",
    "Initialised": "initialising",
    "LeftOut": "ledger",
    "Ledger": "ledger",
    "check_company": "checking",
    "company_source": "source",
    "init_company": "initialising",
}
"""Public name -> module of this folder."""

__all__ = sorted(CONTENTS)


def __getattr__(name: str) -> Any:
    if name not in CONTENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it defines {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{CONTENTS[name]}"), name)
