"""Frames: the one-row-per-unit tables that estimators know. One schema a module; `spec` finds it by name."""

from __future__ import annotations

from importlib import import_module

from analysis.core.errors import require_one_of
from analysis.frames.base import COVARIATE_PREFIX, Column, Context, Frame, FrameSpec

__all__ = ["COVARIATE_PREFIX", "NAMES", "Column", "Context", "Frame", "FrameSpec", "spec"]

NAMES = (
    "purchases",
    "customer_summary",
    "customer_holdout",
    "opportunities",
    "repeat_trials",
    "customer_periods",
    "cohort_survival",
    "account_periods",
    "cost_periods",
    "segment_revenue",
    "offers",
    "price_exposure",
    "experiment",
    "peer_encouragement",
    "network_adoption",
    "exposure",
    "scores",
    "spells",
    "staggered",
    "tier_approach",
    "tier_cutoff",
    "redemption_windows",
    "contacts",
    "reasons",
    "queue",
    "churn_rates",
    "panel",
    "waits",
    "satisfaction_items",
    "diffusion_curve",
    "valence_growth",
    "unit_accounts",
    "choice_sets",
)
"""Every frame there is."""


def spec(name: str) -> FrameSpec:
    """Return the schema of the frame `name`.

    Raises
    ------
    ParameterMistake
        If there is no such frame.

    Examples
    --------
    >>> spec("segment_revenue").key
    ('period_start', 'segment')
    """
    require_one_of("frame", name, NAMES)
    found: FrameSpec = import_module(f"analysis.frames.{name}").SPEC
    return found
