"""What reaching a tier changed: members who just reached it against members who just missed it."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role, Scale
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.estimators.common.percent import in_percent
from analysis.estimators.common.scales import require_scale
from analysis.estimators.quasi_experimental.local_regression import Jump, jump_at
from analysis.estimators.quasi_experimental.placebo_range import PlaceboRange, gated_method, placebo_range
from analysis.frames import Frame

GATE = (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3)
"""False thresholds, as shares of the real one, whose range a jump must leave to count."""
MOST_AGAINST_RULE = 0.10
"""Where more than a tenth of the members got a tier they had not reached, or the reverse, the amount did not decide."""

ASSUMPTIONS = (
    "members just below and just above the threshold differ in nothing but the tier",
    "nobody could place the qualifying amount exactly (the density check looks at this)",
    "it speaks of members near the threshold only",
)


def estimate_discontinuity(
    frame: Frame, claim: Claim, *, quantity: str = "spend_jump_at_threshold"
) -> tuple[Estimate, ...]:
    """Jump of the later outcome at the threshold, in per cent of its limit from below.

    Sharp regression discontinuity: local linear limits from both sides with robust bias-corrected errors (Calonico,
    Cattaneo & Titiunik 2014, Econometrica 82, 2295-2326); their ratio by the delta method on the logarithm. It is the
    effect of reaching, whether or not the tier was then given.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``; members without an outcome are left out. Several tiers are taken together, each at its own
        threshold.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".

    Returns
    -------
    tuple of Estimate
        The jump (context where it claims an effect within the range of false thresholds), and the naive
        gap between all who reached a tier and all who did not.

    Raises
    ------
    FrameMistake
        If too few members lie near the threshold, the amounts did not decide, or a limit is not above 0.
    ParameterMistake
        If the quantity is on another scale.
    """
    require_scale(claim, quantity, Scale.PERCENT)
    table = followed(frame)
    found = _jump(frame, table)
    placebos = jump_range(frame)
    gated = placebos is not None and placebos.takes_the_vote(found.percent(), 0.0)
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **found.percent(),
        n=_n_members(table),
        method=gated_method(
            f"regression discontinuity at the tier's threshold (rdrobust), bias-corrected, {_near(found)}",
            placebos,
            "%",
            gated,
        ),
        role=Role.CONTEXT if gated else Role.ANSWER,
        assumptions=ASSUMPTIONS,
        smallest_group=min(found.n_below, found.n_above),
    )
    return answer, _naive(frame, claim, quantity, table)


def estimate_discontinuity_difference(
    frame: Frame, claim: Claim, *, quantity: str = "jump_difference"
) -> tuple[Estimate, ...]:
    """Jump at thresholds of tiers with larger benefits less jump at those with smaller ones, both in per cent.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff`` with the worth of the benefits. Tiers are ordered by their median benefit and cut in the middle;
        of an odd number the middle one counts among the larger.
    claim : Claim
    quantity : str
        Registered quantity in percentage points.

    Returns
    -------
    tuple of Estimate
        The difference of the jumps (context where it claims an effect within the range of false thresholds), and the
        naive difference of the plain gaps.

    Raises
    ------
    FrameMistake
        If there are not two tiers of different benefit, or one half is too thin.
    ParameterMistake
        If the quantity is on another scale.
    """
    require_scale(claim, quantity, Scale.PERCENTAGE_POINTS)
    halves = _halves(frame)
    jumps = [_jump(frame, table) for table in halves]
    values, errors = zip(*(_percent_and_error(*jump.log_ratio()) for jump in jumps), strict=True)
    n = sum(_n_members(table) for table in halves)
    difference = around(values[1] - values[0], math.hypot(*errors))
    placebos = _difference_range(frame, halves)
    gated = placebos is not None and placebos.takes_the_vote(difference, 0.0)
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **difference,
        n=n,
        method=gated_method(
            "difference of two regression discontinuities (rdrobust): tiers with larger less tiers with smaller benefits; "
            f"jumps of {number(values[1])} % ({_near(jumps[1])}) and {number(values[0])} % ({_near(jumps[0])})",
            placebos,
            "percentage points",
            gated,
        ),
        role=Role.CONTEXT if gated else Role.ANSWER,
        smallest_group=min(min(jump.n_below, jump.n_above) for jump in jumps),
        assumptions=(*ASSUMPTIONS, "nothing but the benefits sets the richer tiers apart, not even their height"),
    )
    gaps, gap_errors = zip(*(_percent_and_error(*_log_gap(frame, table)) for table in halves), strict=True)
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **around(gaps[1] - gaps[0], math.hypot(*gap_errors)),
        n=n,
        method="gap between all who reached a tier and all who did not, tiers with larger less tiers with smaller benefits",
        role=Role.NAIVE,
    )
    return answer, replace(naive, design=Design.OBSERVATIONAL)


def percent_at(frame: Frame, place: float, level: float = INTERVAL_LEVEL) -> Interval | None:
    """Jump in per cent at a false threshold; None if too few members lie round it.

    Members of the real threshold's other side are left out (Imbens & Lemieux 2008, Journal of Econometrics 142, 615-635).

    Parameters
    ----------
    place : float
        The false threshold as a share of the real one, not 0.
    """
    found = _false_jump(frame, followed(frame), place)
    return None if found is None else in_percent(around(*found, level=level))


def jump_range(frame: Frame) -> PlaceboRange | None:
    """Range of the jump in per cent at false thresholds; None if members lie round none of them."""
    found = [percent_at(frame, place) for place in GATE]
    return placebo_range([interval for interval in found if interval is not None])


def _difference_range(frame: Frame, halves: tuple[pd.DataFrame, pd.DataFrame]) -> PlaceboRange | None:
    """Range of the difference of jumps, in points, at places where members of both halves lie round a false threshold."""
    found = []
    for place in GATE:
        jumps = [_false_jump(frame, table, place) for table in halves]
        if None not in jumps:
            values, errors = zip(*(_percent_and_error(*jump) for jump in jumps if jump), strict=True)
            found.append(around(values[1] - values[0], math.hypot(*errors)))
    return placebo_range(found)


def _false_jump(frame: Frame, table: pd.DataFrame, place: float) -> tuple[float, float] | None:
    """Logarithm of the jump at a false threshold and its error; None if too few members lie round it."""
    table = table[table["running"] >= 0] if place > 0 else table[table["running"] < 0]
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    try:
        jump = jump_at(
            table["running"].to_numpy(float),
            table["outcome"].to_numpy(float),
            cutoff=place,
            clusters=clusters,
            where=where_of(frame),
        )
    except FrameMistake:
        return None
    return jump.log_ratio() if min(jump.below, jump.above) > 0 else None


def followed(frame: Frame) -> pd.DataFrame:
    """Members whose outcome is known; FrameMistake if the qualifying amount did not decide who got the tier."""
    table = frame.table[frame.table["outcome"].notna()]
    against = float((table["reached"] != (table["running"] >= 0)).mean()) if len(table) else 0.0
    if against > MOST_AGAINST_RULE:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `reached` must follow `running` (0 and more gets the "
            f"tier); {100 * against:.0f} % of the members break the rule. Check threshold and qualifying amount."
        )
    return table


def where_of(frame: Frame) -> str:
    """The frame in words, for messages."""
    return f"Frame '{frame.name}' from {frame.context.source}"


def _jump(frame: Frame, table: pd.DataFrame) -> Jump:
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    found = jump_at(
        table["running"].to_numpy(float), table["outcome"].to_numpy(float), clusters=clusters, where=where_of(frame)
    )
    if min(found.below, found.above) <= 0:
        raise FrameMistake(
            f"{where_of(frame)}: both limits of `outcome` at the threshold must be above 0 for a jump in per cent; got "
            f"{found.below:.3g} and {found.above:.3g}. Give more members near it."
        )
    return found


def _naive(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame) -> Estimate:
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **in_percent(around(*_log_gap(frame, table))),
        n=_n_members(table),
        method="all who reached a tier against all who did not (those who reach it were the heavier buyers)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)


def _log_gap(frame: Frame, table: pd.DataFrame) -> tuple[float, float]:
    """Logarithm of the ratio of mean outcomes, reached over not, and its error."""
    groups = [table.loc[table["reached"] == arm, "outcome"] for arm in (0, 1)]
    missed, got = (float(group.mean()) for group in groups)
    if min(missed, got) <= 0:
        raise FrameMistake(f"{where_of(frame)}: both groups must have a mean `outcome` above 0; got {missed}, {got}.")
    variance = sum(float(group.var()) / len(group) / mean**2 for group, mean in zip(groups, (missed, got), strict=True))
    return math.log(got / missed), math.sqrt(variance)


def _halves(frame: Frame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members at tiers with smaller benefits, and with larger ones."""
    table = followed(frame)
    worth = table.groupby("tier")["benefit"].median().dropna().sort_values() if "benefit" in table else None
    if worth is None or worth.nunique() < 2:
        raise FrameMistake(
            f"{where_of(frame)}: column `benefit` must tell the worth of at least two tiers apart; it does not. "
            "Give `benefit_value` with the memberships."
        )
    larger = worth[worth >= worth.median()].index
    if len(larger) == len(worth):  # half of the tiers and more share the least benefit
        larger = worth[worth > worth.min()].index
    known = table[table["tier"].isin(worth.index)]
    return known[~known["tier"].isin(larger)], known[known["tier"].isin(larger)]


def _n_members(table: pd.DataFrame) -> int:
    return int(table["cluster"].nunique()) if "cluster" in table else len(table)


def _near(found: Jump) -> str:
    return (
        f"{found.n_below:,} just below and {found.n_above:,} just above, within {number(100 * found.bandwidth, 2)} % of the "
        "threshold"
    )


def _percent_and_error(log_ratio: float, error: float) -> tuple[float, float]:
    """Per cent and its standard error (delta method)."""
    return 100 * math.expm1(log_ratio), 100 * math.exp(log_ratio) * error
