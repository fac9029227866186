"""Puts the folklore of customer retention to the test. This front is what notebooks use; everything else is a room behind.

Names are imported when they are first used, so that ``import analysis`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

FRONT = {
    "start": "session",
    "show_estimates": "session",
    "show_published": "session",
    "show_cannot": "session",
    "show_forest": "session",
    "show_valence_ratios": "valence_views",
    "show_valence_over_firms": "valence_views",
    "show_talk_network": "valence_views",
    "show_break_even": "cost_views",
    "show_best_budget": "cost_views",
    "show_ratio_over_margins": "cost_views",
    "show_five_percent": "leverage_views",
    "show_leverage_tornado": "leverage_views",
    "show_five_firms": "leverage_views",
    "show_calibration_in_short": "calibration_views",
    "show_coverage_figure": "calibration_views",
    "show_coverage": "calibration_views",
    "show_level_exceptions": "calibration_views",
    "show_false_claims": "calibration_views",
    "show_traps": "calibration_views",
    "show_broken_worlds": "calibration_views",
    "show_demonstration": "demonstration_views",
    "show_demonstration_figure": "demonstration_views",
    "retention_rate": "measures.rates",
    "churn_rate": "measures.rates",
    "repeat_purchase_rate": "measures.rates",
    "first_contact_resolution": "measures.service",
    "sla_attainment": "measures.service",
    "customer_satisfaction": "measures.service",
    "net_promoter_score": "measures.service",
    "customer_lifetime_value": "measures.value",
    "show_in_short": "measure_views.summary",
    "show_measured_sources": "measure_views.summary",
    "show_rates": "measure_views.rates",
    "show_contract_retention": "measure_views.rates",
    "show_repeat_rates": "measure_views.rates",
    "show_cohort_rates": "measure_views.rates",
    "show_cohort_curves": "measure_views.figures",
    "show_definition_audit": "measure_views.figures",
    "show_growth": "measure_views.accounts",
    "show_concentration": "measure_views.figures",
    "show_lifetime_value": "measure_views.rates",
    "show_customer_value": "measure_views.accounts",
    "show_service_rates": "measure_views.service",
}

__all__ = sorted(FRONT)


def __getattr__(name: str) -> Any:
    if name in FRONT:
        return getattr(import_module(f"analysis.{FRONT[name]}"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}; its front has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
