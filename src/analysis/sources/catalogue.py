"""All public sources, in a fixed order, and how a parameter chooses among them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module

from analysis.core.errors import ParameterMistake
from analysis.sources.base import Source

MODULES = (
    "cdnow",
    "donations",
    "social_insurance",
    "charity_mailings",
    "frequent_flyers",
    "published_churn_rates",
    "book_club",
    "bank_marketing",
    "bass_diffusion",
    "buffer_reasons",
    "buffer_subscriptions",
    "call_centre_1999",
    "cell2cell",
    "cfpb_complaints",
    "completejourney",
    "contractual_retention",
    "cookie_cats",
    "counted_churn_rates",
    "customer_base_audit",
    "customer_satisfaction",
    "diffusion_networks",
    "donation_histories",
    "game_reviews_sales",
    "goodreads_panel",
    "hillstrom",
    "hotel_bookings",
    "incident_log",
    "insurance_renewals",
    "insurance_surrender",
    "karlan_list",
    "kiwi_bubbles",
    "medicare_stars",
    "olist",
    "online_retail",
    "online_retail_two_years",
    "outvote",
    "rondeau",
    "scanner_panels",
    "spanish_motor",
    "stackexchange_badges",
    "status_goods",
    "steam_recommendations",
    "subscriber_filings",
    "tmall_repeat",
    "trust_surveys",
    "voter_letters",
)
"""Modules of this folder that hold a SOURCE, in the order in which reports list them."""


@cache
def all_sources() -> tuple[Source, ...]:
    """Return every public source, whether its files are there or not."""
    return tuple(replace(import_module(f"analysis.sources.{name}").SOURCE, module=name) for name in MODULES)


def find_sources(choice: str) -> tuple[Source, ...]:
    """Return the sources that a notebook's ``sources`` parameter names.

    Parameters
    ----------
    choice : str
        "package" (those that come with Python packages, the same on every machine), "all" (those and every public file
        that is there), or names separated by commas.

    Raises
    ------
    ParameterMistake
        If a name is not in the catalogue; lists those that are.
    """
    sources = all_sources()
    if choice == "all":
        return sources
    if choice == "package":
        return tuple(source for source in sources if source.delivery == "package")
    wanted = [name.strip() for name in choice.split(",") if name.strip()]
    by_name = {source.name: source for source in sources}
    for name in wanted:
        if name not in by_name:
            raise ParameterMistake(
                f"`sources` must be 'package', 'all' or names among {', '.join(by_name)}; got {name!r}."
            )
    if not wanted:
        raise ParameterMistake(f"`sources` must name at least one source; got {choice!r}.")
    return tuple(source for source in sources if source.name in wanted)
