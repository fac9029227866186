"""Joiners against customers who have not joined yet: mean paths round the joining period, with their joint error.

Group-time effects in the manner of Callaway & Sant'Anna (2021, Journal of Econometrics 225, 200-230), averaged over
joiners; for percentages the comparison's growth *factor* is carried over instead of its growth (Wooldridge 2023,
Econometrics Journal 26, C31-C66), because a season multiplies what heavy and light buyers spend.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.frames import Frame

COMPARISONS = ("later", "later or never", "active")
FEWEST_JOINERS = 30
FEWEST_COMPARED = 10
"""A cohort and period with fewer customers who have not joined yet is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The frame as arrays, units in rows.

    Attributes
    ----------
    outcome : numpy.ndarray
        (units, periods); nan where the unit has no row.
    joined : numpy.ndarray
        (units,) column of the joining period; inf for never.
    """

    outcome: np.ndarray
    joined: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPath:
    """Effects over one or more groups of periods round joining.

    Attributes
    ----------
    values : numpy.ndarray
        (k,) differences in means or, for ratios, logarithms of actual over expected.
    covariance : numpy.ndarray
        (k, k), units independent.
    n_joiners, n_compared, n_units : tuple of int
        Units behind each value: as joiners, as those compared, and in either part.
    """

    values: np.ndarray
    covariance: np.ndarray
    n_joiners: tuple[int, ...]
    n_compared: tuple[int, ...]
    n_units: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cohort in one period: rows of joiners and compared, their mean before and their outcome then."""

    joiners: np.ndarray
    compared: np.ndarray
    before: np.ndarray
    then: np.ndarray


def panel_of(frame: Frame) -> Panel:
    """Spread the frame ``staggered`` over units and periods.

    Raises
    ------
    FrameMistake
        If a unit is said to have joined in more than one period.
    """
    table = frame.table
    joined = table.groupby("unit_id")["joined_period"].agg(["min", "max", "size", "count"])
    mixed = joined[
        (joined["min"] != joined["max"]) & (joined["count"] > 0) | joined["count"].between(1, joined["size"] - 1)
    ]
    if len(mixed):
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `joined_period` must be the same in all rows of a "
            f"unit; unit {int(mixed.index[0])} has several. Give the first joining only."
        )
    first = int(table["period"].min())
    columns = range(first, int(table["period"].max()) + 1)
    wide = table.pivot(index="unit_id", columns="period", values="outcome").reindex(columns=columns)
    joined_at = joined["min"].reindex(wide.index).to_numpy(float) - first
    return Panel(outcome=wide.to_numpy(float), joined=np.where(np.isnan(joined_at), np.inf, joined_at))


def event_path(
    frame: Frame,
    panel: Panel,
    groups: Sequence[Sequence[int]],
    *,
    ratio: bool,
    n_before: int,
    comparison: str,
) -> EventPath:
    """Effects over groups of event times, each averaged over the joiners observed in it.

    Parameters
    ----------
    groups : sequence of sequences of int
        Event times, 0 being the joining period: (1, 2, 3, 4) for the four after it, (-3,) for a period before.
    ratio : bool
        True: logarithm of actual over expected; False: difference of means.
    n_before : int
        Periods before joining whose mean is each unit's own yardstick, 1 or more.
    comparison : str
        "later" (units that join after the period), "later or never", or "active": joiners and units that had not joined
        then, both with an outcome above 0 in the joining period; what the others do after it decides nothing.

    Raises
    ------
    FrameMistake
        If a group has fewer than 30 joiners with a comparison.
    """
    require_one_of("comparison", comparison, COMPARISONS)
    if isinstance(n_before, bool) or not isinstance(n_before, int) or n_before < 1:
        raise ParameterMistake(f"`n_before` must be a whole number of periods, 1 or more; got {n_before!r}.")
    values, influences, sizes = [], [], []
    for events in groups:
        cells = list(_cells(panel, events, n_before, comparison, ratio=ratio))
        sizes.append(_sizes(cells, len(panel.joined)))
        _require_joiners(frame, sizes[-1][0], events, n_before, comparison)
        value, influence = (_log_ratio if ratio else _difference)(frame, cells, len(panel.joined))
        values.append(value)
        influences.append(influence)
    stacked = np.column_stack(influences)
    n_joiners, n_compared, n_units = zip(*sizes, strict=True)
    return EventPath(
        values=np.array(values),
        covariance=stacked.T @ stacked,
        n_joiners=n_joiners,
        n_compared=n_compared,
        n_units=n_units,
    )


def _sizes(cells: list[_Cell], n_units: int) -> tuple[int, int, int]:
    """Units that are joiners, compared, either."""
    joiners, compared = np.zeros(n_units, dtype=bool), np.zeros(n_units, dtype=bool)
    for cell in cells:
        joiners[cell.joiners] = True
        compared[cell.compared] = True
    return int(joiners.sum()), int(compared.sum()), int((joiners | compared).sum())


def _cells(panel: Panel, events: Sequence[int], n_before: int, comparison: str, *, ratio: bool) -> Iterator[_Cell]:
    n_periods = panel.outcome.shape[1]
    may_compare = np.isfinite(panel.joined) if comparison == "later" else np.ones(len(panel.joined), dtype=bool)
    for cohort in np.unique(panel.joined[np.isfinite(panel.joined)]).astype(int):
        if not n_before <= cohort < n_periods:
            continue
        before = panel.outcome[:, cohort - n_before : cohort].mean(axis=1)  # nan unless seen throughout
        for event in events:
            period = cohort + event
            if not 0 <= period < n_periods:
                continue
            then = panel.outcome[:, period]
            seen = ~np.isnan(before) & ~np.isnan(then)
            until = max(period, cohort)
            if comparison == "active":
                # Who joins is there that day, and so are those to compare. Later joiners stay in: to leave them out would
                # leave those who stopped buying.
                seen &= panel.outcome[:, cohort] > 0
                until = cohort
            joiners = np.flatnonzero(seen & (panel.joined == cohort))
            compared = np.flatnonzero(seen & may_compare & (panel.joined > until))
            if len(joiners) < 2 or len(compared) < FEWEST_COMPARED:
                continue
            if ratio and before[compared].mean() <= 0:
                continue  # nothing before: no growth factor
            yield _Cell(joiners=joiners, compared=compared, before=before, then=then)


def _require_joiners(frame: Frame, n: int, events: Sequence[int], n_before: int, comparison: str) -> None:
    if n < FEWEST_JOINERS:
        more = " or set `comparison` to 'later or never'" if comparison == "later" else ""
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_JOINERS} units must have joined with "
            f"{n_before} periods seen before it, period {min(events)} to {max(events)} round it, and {FEWEST_COMPARED} "
            f"others then not joined yet ({comparison}); got {n}. Give a longer history{more}."
        )


def _difference(frame: Frame, cells: list[_Cell], n_units: int) -> tuple[float, np.ndarray]:
    """Mean change of joiners less mean change of the compared, and each unit's influence on it."""
    influence, total, n_all = np.zeros(n_units), 0.0, sum(len(cell.joiners) for cell in cells)
    for cell in cells:
        change = cell.then - cell.before
        for rows, sign in ((cell.joiners, 1.0), (cell.compared, -1.0)):
            mean = change[rows].mean()
            share = sign * len(cell.joiners) / n_all
            total += share * mean
            influence[rows] += share * (change[rows] - mean) * _small_sample(len(rows))
    return total, influence


def _log_ratio(frame: Frame, cells: list[_Cell], n_units: int) -> tuple[float, np.ndarray]:
    """ln(what joiners did / what they would have done at the compared units' growth), and each unit's influence."""
    actual = sum(float(cell.then[cell.joiners].sum()) for cell in cells)
    expected = sum(
        float(cell.before[cell.joiners].sum() * cell.then[cell.compared].mean() / cell.before[cell.compared].mean())
        for cell in cells
    )
    if actual <= 0 or expected <= 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `outcome` must be above 0 somewhere before and after "
            "joining for a change in per cent; it is not. Ask for a difference."
        )
    influence = np.zeros(n_units)
    for cell in cells:
        joiners, compared, n = cell.joiners, cell.compared, len(cell.joiners)
        own, base, now = cell.before[joiners].mean(), cell.before[compared].mean(), cell.then[compared].mean()
        factor = now / base
        residual = (cell.then[joiners] - cell.then[joiners].mean()) / actual
        residual -= (cell.before[joiners] - own) * factor / expected
        influence[joiners] += n * residual * _small_sample(n)
        growth = (cell.then[compared] - now) / base - now * (cell.before[compared] - base) / base**2
        influence[compared] -= n * own * growth / expected * _small_sample(len(compared))
    return math.log(actual / expected), influence


def _small_sample(n: int) -> float:
    """What turns a unit's deviation from a mean of n into its influence: sum of squares gives s²/n."""
    return math.sqrt(n / (n - 1)) / n
