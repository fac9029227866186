"""Puts the folklore of customer retention to the test. This front is what notebooks use; everything else is a room behind.

Names are imported when they are first used, so that ``import analysis`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

FRONT = {
    "start": "notebook.session",
    "company": "workbench.own_company",
    "claims": "workbench.shown",
    "exports": "workbench.exports",
    "standard": "workbench",
    "doubly_robust": "workbench.standard",
    "intention_to_treat": "workbench.standard",
    "cause_specific_hazard": "workbench.standard",
    "staggered_adoption": "workbench.standard",
    "panel_effect": "workbench.standard",
    "discrimination": "workbench.standard",
    "cohort_table": "measures.cohort_tables",
    "customer_scores": "measures.scoring",
    "show_estimates": "notebook.session",
    "show_published": "notebook.session",
    "show_not_identified": "notebook.session",
    "show_forest": "notebook.session",
    "show_valence_ratios": "notebook.views.valence",
    "show_valence_over_firms": "notebook.views.valence",
    "show_talk_network": "notebook.views.valence",
    "show_break_even": "notebook.views.costs",
    "show_best_budget": "notebook.views.costs",
    "show_ratio_over_margins": "notebook.views.costs",
    "show_five_percent": "notebook.views.leverage",
    "show_leverage_tornado": "notebook.views.leverage",
    "show_five_firms": "notebook.views.leverage",
    "show_calibration_in_short": "notebook.views.calibration",
    "show_coverage_figure": "notebook.views.calibration",
    "show_coverage": "notebook.views.calibration",
    "show_level_exceptions": "notebook.views.calibration",
    "show_false_claims": "notebook.views.calibration",
    "show_traps": "notebook.views.calibration",
    "show_broken_scenarios": "notebook.views.calibration",
    "show_demonstration": "notebook.views.demonstration",
    "show_demonstration_figure": "notebook.views.demonstration",
    "retention_rate": "measures.rates",
    "churn_rate": "measures.rates",
    "repeat_purchase_rate": "measures.rates",
    "first_contact_resolution": "measures.service",
    "sla_attainment": "measures.service",
    "customer_satisfaction": "measures.service",
    "net_promoter_score": "measures.service",
    "customer_lifetime_value": "measures.value",
    "show_in_short": "notebook.views.measures.summary",
    "show_measured_sources": "notebook.views.measures.summary",
    "show_rates": "notebook.views.measures.rates",
    "show_contract_retention": "notebook.views.measures.rates",
    "show_churn_by_tool": "notebook.views.measures.rates",
    "show_repeat_rates": "notebook.views.measures.rates",
    "show_cohort_rates": "notebook.views.measures.rates",
    "show_cohort_curves": "notebook.views.measures.figures",
    "show_cohort_map": "notebook.views.measures.grids",
    "show_rfm": "notebook.views.measures.grids",
    "show_survival": "notebook.views.measures.grids",
    "show_contact_dose": "notebook.views.measures.grids",
    "show_definition_audit": "notebook.views.measures.figures",
    "show_growth": "notebook.views.measures.accounts",
    "show_concentration": "notebook.views.measures.figures",
    "show_lifetime_value": "notebook.views.measures.rates",
    "show_customer_value": "notebook.views.measures.accounts",
    "show_service_rates": "notebook.views.measures.service",
}

__all__ = sorted(FRONT)


def __getattr__(name: str) -> Any:
    if name in FRONT:
        return getattr(import_module(f"analysis.{FRONT[name]}"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}; its front has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
