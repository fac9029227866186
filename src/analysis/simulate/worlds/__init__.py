"""The catalogue of small worlds, one module a family; each holds a tuple ``WORLDS``."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from analysis.errors import require_one_of
from analysis.simulate.world import World

__all__ = ["MODULES", "all_worlds", "world_named"]

MODULES: tuple[str, ...] = (
    "price_renewals",
    "same_offer",
    "repeat_pace",
    "rewards",
    "tier_thresholds",
    "joining",
    "what_they_say",
    "making_good",
    "firm_accounts",
    "kept_value",
    "lotteries",
    "reach_and_aim",
    "met_or_not",
    "worth_and_staying",
    "same_moment",
    "scoring",
    "peers",
    "contact_counts",
    "tenure_shop",
    "purses",
    "histories",
    "talk_and_growth",
    "growth_between",
    "brand_choice",
)
"""Modules of this folder that hold WORLDS, in the order in which reports list them."""


@cache
def all_worlds() -> tuple[World, ...]:
    """Return every small world, in catalogue order."""
    return tuple(world for name in MODULES for world in import_module(f"{__name__}.{name}").WORLDS)


def world_named(name: str) -> World:
    """Return the world called `name`.

    Raises
    ------
    ParameterMistake
        If there is none; lists those there are.
    """
    by_name = {world.name: world for world in all_worlds()}
    require_one_of("world", name, sorted(by_name))
    return by_name[name]
