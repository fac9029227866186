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
    "histories_without_dropout",
    "occasions_without_leaving",
    "redeemed_often",
    "before_it_was_seen",
)
"""Modules of this folder that hold SCENARIOS, in the order in which reports list them."""

BROKEN = (
    "it breaks an assumption on purpose, and no source declares that fault: a hundred draws tell coverage within ten points, "
    "enough to see that it does not hold"
)

FEWER_DRAWS: Mapping[str, tuple[int, str]] = MappingProxyType(
    dict.fromkeys(
        (
            "asked_on_if_answered",
            "bad_year_announced",
            "bursts_unseen",
            "buying_and_leaving_tied",
            "contacts_are_alike",
            "customers_die",
            "deadline",
            "departures_saved_up",
            "fading_before_leaving",
            "heavy_tailed_spend",
            "long_calls_first",
            "placed_above_threshold",
            "planned_shopping",
            "prices_rise",
            "recession_in_last_year",
            "recession_on_the_way",
            "redeemed_often",
            "redemption_before_season",
            "retention_calls_come_late",
            "reviews_follow_fashion",
            "staying_power_unseen",
            "stocking_up",
            "talk_with_fashion",
            "use_not_measured",
            "worst_tickets_not_filed",
        ),
        (100, BROKEN),
    )
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
