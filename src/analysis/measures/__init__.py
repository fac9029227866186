"""Measures: definitions of retention, satisfaction, service and value, each with numerator, denominator and interval.

A measure is not a claim: it has no null and no verdict. This file is the table of contents; a name is imported from its
module on first use, so that ``import analysis.measures`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

CONTENTS = {
    "Rate": "rates",
    "retention_rate": "rates",
    "churn_rate": "rates",
    "repeat_purchase_rate": "rates",
    "first_contact_resolution": "service",
    "sla_attainment": "service",
    "customer_satisfaction": "service",
    "net_promoter_score": "service",
    "response_rate": "service",
    "ticket_rates": "service",
    "survey_rates": "service",
    "repeat_rate_by": "repeat",
    "repeat_rate_within": "repeat",
    "opportunity_rates": "repeat",
    "age_reached": "cohorts",
    "cohort_activity": "cohorts",
    "retention_at": "cohorts",
    "retention_curve": "cohorts",
    "revenue_retention_at": "cohorts",
    "survival_rates": "survival",
    "kept_at": "survival",
    "churn_by_tool": "tools",
    "growth_accounting": "growth",
    "growth_totals": "growth",
    "revenue_concentration": "concentration",
    "customer_totals": "concentration",
    "cohort_table": "cohort_tables",
    "rfm_grid": "rfm",
    "customer_scores": "scoring",
    "customer_lifetime_value": "value",
    "formula_against_model": "value",
    "Definition": "definitions",
    "audit_definitions": "audit",
}
"""Public name -> module of this folder."""

__all__ = sorted(CONTENTS)


def __getattr__(name: str) -> Any:
    if name not in CONTENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it defines {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{CONTENTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *CONTENTS])
