"""The catalogue of small scenarios, one module a family; each holds a tuple ``SCENARIOS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import MappingProxyType

from analysis.calibration.scenario import Scenario
from analysis.core.errors import require_one_of

__all__ = ["FEWER_DRAWS", "MODULES", "all_scenarios", "scenario_named"]

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
    "firm_means",
    "reviews_and_readers",
)
"""Modules of this folder that hold SCENARIOS, in the order in which reports list them."""

BROKEN = "it breaks an assumption: 250 draws tell coverage within three points, enough to tell that it does not hold"
SECOND = "its estimator is drawn a thousand times in another scenario"
SLOW = "a draw takes a third of a second and more: the estimator is listed as seldom drawn"


FEWER_DRAWS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "buying_and_leaving_tied": (250, BROKEN),
        "departures_saved_up": (250, BROKEN),
        "heavy_tailed_spend": (250, BROKEN),
        "placed_above_threshold": (250, BROKEN),
        "redemption_before_season": (250, BROKEN),
        "bursts_unseen": (250, BROKEN),
        "staying_power_unseen": (250, BROKEN),
        "customers_die": (250, BROKEN),
        "join_on_a_high": (250, BROKEN),
        "forecast_against_silence": (400, SECOND),
        "term_runs_out": (400, SECOND),
        "chances_differ_on_occasions": (400, SLOW),
        "leave_unseen_at_own_rates": (250, SLOW),
    }
)
"""Scenarios drawn less often than they ask for, and why."""


@cache
def all_scenarios() -> tuple[Scenario, ...]:
    """Return every small scenario, in catalogue order."""
    found = (scenario for name in MODULES for scenario in import_module(f"{__name__}.{name}").SCENARIOS)
    return tuple(
        replace(scenario, replications=FEWER_DRAWS[scenario.name][0]) if scenario.name in FEWER_DRAWS else scenario
        for scenario in found
    )


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
