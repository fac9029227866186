"""Which frames a company's tables can give, and which claims each of them answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from analysis.company import needs
from analysis.company.frames import accounts, purchases
from analysis.company.needs import Need
from analysis.company.store import Company
from analysis.frames import Frame
from analysis.sources.base import Cannot


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a frame is made.

    Attributes
    ----------
    needs : tuple of Need
    build : callable
        From a Company to the checked Frame.
    """

    needs: tuple[Need, ...]
    build: Callable[[Company], Frame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in which a company can answer a claim.

    Attributes
    ----------
    frame : str
        Key of a recipe.
    options : mapping
        Arguments for the claim's estimator on this frame.
    from_settings : tuple of str
        Keys of ``[company]`` that are handed to the estimator where they are given.
    needs : tuple of Need
        What this claim needs beyond what the frame needs.
    """

    frame: str
    options: Mapping[str, object] = field(default_factory=dict)
    from_settings: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


_BOUGHT = (needs.table("transactions"),)

RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "purchases": Recipe(needs=_BOUGHT, build=purchases.build_purchases),
        "customer_summary": Recipe(needs=_BOUGHT, build=purchases.build_customer_summary),
        "customer_summary/amounts": Recipe(
            needs=_BOUGHT, build=lambda company: purchases.build_customer_summary(company, with_amounts=True)
        ),
        "customer_holdout": Recipe(needs=_BOUGHT, build=purchases.build_customer_holdout),
        "repeat_trials": Recipe(needs=_BOUGHT, build=purchases.build_repeat_trials),
        "customer_periods": Recipe(needs=_BOUGHT, build=purchases.build_customer_periods),
        "account_periods": Recipe(needs=_BOUGHT, build=accounts.build_account_periods),
        "account_periods/months": Recipe(
            needs=_BOUGHT, build=lambda company: accounts.build_account_periods(company, months_each=1)
        ),
        "segment_revenue": Recipe(needs=_BOUGHT, build=accounts.build_segment_revenue),
        "cohort_survival/activity": Recipe(needs=_BOUGHT, build=accounts.build_cohort_activity),
    }
)
"""Frame key to how it is made."""

WAYS: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {
        "retention-profit-leverage": (Way(frame="customer_summary", from_settings=("margin", "discount_rate")),),
        "retention-drives-growth": (Way(frame="account_periods"),),
        "repeat-momentum": (Way(frame="repeat_trials"),),
        "spend-grows-with-tenure": (Way(frame="customer_periods"),),
        "repeat-revenue-is-steadier": (Way(frame="segment_revenue"),),
        "churn-is-predictable": (Way(frame="customer_holdout"),),
    }
)
"""Claim id to the ways in which a company can answer it."""

CANNOT: Mapping[str, Cannot] = MappingProxyType(
    {
        "industry-churn-gap": Cannot(
            reason="One company's churn is one more rate; it says nothing on the gap between two industries.",
        ),
        "retention-is-under-planned": Cannot(
            reason="A company's own spending shows its own share only; the claim is about how many companies plan.",
        ),
    }
)
"""Claims that look as if a company's tables could answer them, and why they cannot."""

OUT_OF_REACH: Mapping[str, str] = MappingProxyType(
    {
        "industry-churn-gap": "the churn of many companies of both industries, counted in one way",
        "retention-is-under-planned": "a survey of many companies",
        "negative-word-of-mouth-costs-more": "what customers say of the company, good or bad, by branch or region, which "
        "none of the tables holds",
    }
)
"""Claims that no table of one company can answer, and what they would need."""
