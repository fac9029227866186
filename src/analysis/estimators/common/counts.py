"""How many events and units stand behind a comparison: the fewest in any group of a frame."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.frames import Frame

GROUPS_AND_OUTCOMES: Mapping[str, tuple[str | None, str]] = {
    "experiment": ("assigned", "outcome"),
    "exposure": ("treated", "outcome"),
    "offers": ("earlier", "responded"),
    "scores": (None, "outcome"),
    "price_exposure": (None, "lapsed"),
    "contacts": (None, "responded"),
    "spells": (None, "event"),
}
"""Frame name to its column of groups, if it compares any, and its column of outcomes."""


def fewest(frame: Frame, table: pd.DataFrame | None = None) -> tuple[int | None, int | None]:
    """Return the fewest events in any group and the units in the smallest group; None where a frame has none.

    An outcome counts as an event where it is 0 or 1 (a code of 1 in ``spells``): the rarer of yes and no.

    Parameters
    ----------
    frame : Frame
    table : pandas.DataFrame
        The rows used; None: all of the frame's.
    """
    if frame.name not in GROUPS_AND_OUTCOMES:
        return None, None
    group, outcome = GROUPS_AND_OUTCOMES[frame.name]
    rows = frame.table if table is None else table
    if outcome not in rows or (group is not None and group not in rows):
        return None, None
    values = rows[outcome]
    groups = rows[group] if group is not None else pd.Series(0, index=rows.index)
    known = values.notna() & groups.notna()
    values, groups = values[known], groups[known]
    if not len(values):
        return None, None
    sizes = groups.value_counts()
    # One group with one unit each for a dose: nothing is compared by group.
    smallest = int(sizes.min()) if group is not None and len(sizes) == 2 else None
    events = (values == 1).astype(int)
    if frame.name == "spells":
        return int(events.sum()), smallest
    if not values.isin((0, 1)).all():
        return None, smallest
    yes = events.groupby(groups).sum()
    return int(min(yes.min(), (sizes - yes).min())), smallest
