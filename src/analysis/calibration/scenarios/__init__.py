"""The catalogue of small scenarios, one module a family; each holds a tuple ``SCENARIOS``."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from analysis.calibration.scenario import Scenario
from analysis.core.errors import require_one_of

__all__ = ["MODULES", "all_scenarios", "scenario_named"]

MODULES: tuple[str, ...] = (
    "price_renewals",
    "same_offer",
    "repeat_pace",
    "rewards",
    "tier_thresholds",
    "joining",
    "survey_answers",
    "service_recovery",
    "firm_accounts",
    "retained_value",
    "randomised_campaigns",
    "campaign_reach",
    "observational_exposure",
    "value_and_survival",
    "landmark_comparisons",
    "scoring",
    "peers",
    "contact_counts",
    "tenure_shop",
    "retention_budgets",
    "histories",
    "firm_panels",
    "shared_queue",
    "talk_and_growth",
    "growth_between",
    "brand_choice",
)
"""Modules of this folder that hold SCENARIOS, in the order in which reports list them."""


@cache
def all_scenarios() -> tuple[Scenario, ...]:
    """Return every small scenario, in catalogue order."""
    return tuple(scenario for name in MODULES for scenario in import_module(f"{__name__}.{name}").SCENARIOS)


def scenario_named(name: str) -> Scenario:
    """Return the scenario called `name`.

    Raises
    ------
    ParameterMistake
        If there is none; lists those there are.
    """
    by_name = {scenario.name: scenario for scenario in all_scenarios()}
    require_one_of("scenario", name, sorted(by_name))
    return by_name[name]
