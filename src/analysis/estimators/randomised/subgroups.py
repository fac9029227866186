"""Parts of an experiment in which the same contrast is looked at again: arms, strata, groups of a moderator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.wording import number
from analysis.frames import Frame

GROUPS = 4
"""Groups into which a moderator is cut where the caller names no number."""


def split(
    frame: Frame, by: str, *, groups: int = GROUPS, moderator_name: str = "moderator"
) -> list[tuple[str, pd.DataFrame]]:
    """Return the parts of an experiment with their names: each holds treated and controls.

    Parameters
    ----------
    frame : Frame
        ``experiment``.
    by : str
        "arm" (each treated arm with all controls), "stratum" or "moderator".
    groups, moderator_name
        For "moderator": into how many groups of about equal size it is cut, and what it is in words.

    Raises
    ------
    ParameterMistake, FrameMistake
        If an option is out of range, or the column is not there.
    """
    require_one_of("by", by, ("moderator", "stratum", "arm"))
    if by == "arm":
        return list(_arms(frame))
    if by == "stratum":
        return list(_strata(frame))
    return list(_moderator_groups(frame, groups=groups, name=moderator_name))


def _arms(frame: Frame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each treated arm with all controls."""
    table = frame.table
    for arm in sorted(table.loc[table["assigned"] == 1, "arm"].unique()):
        yield arm, table[(table["assigned"] == 0) | (table["arm"] == arm)]


def _strata(frame: Frame) -> Iterator[tuple[str, pd.DataFrame]]:
    if "stratum" not in frame.table:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `stratum` must be there to look into strata; it is "
            "not."
        )
    for stratum in sorted(frame.table["stratum"].unique()):
        yield stratum, frame.table[frame.table["stratum"] == stratum]


def _moderator_groups(frame: Frame, *, groups: int, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    table = with_moderator(frame)
    codes = moderator_groups(table["moderator"], groups)
    for code in sorted(codes.unique()):
        part = table[codes == code]
        low, high = part["moderator"].min(), part["moderator"].max()
        yield (f"{name} {number(low)} to {number(high)}" if low < high else f"{name} {number(low)}"), part


def with_moderator(frame: Frame) -> pd.DataFrame:
    """Rows of an experiment whose moderator is known; FrameMistake if the frame has none."""
    if "moderator" not in frame.table or frame.table["moderator"].notna().sum() == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `moderator` must be there to compare effects "
            "over it; it is not. Give risk, dormancy or recency as it stood before assignment."
        )
    return frame.table[frame.table["moderator"].notna()]


def moderator_groups(moderator: pd.Series, groups: int) -> pd.Series:
    """Number of the group, 0 for the lowest values, each unit falls into; equal values share a group.

    Examples
    --------
    >>> import pandas as pd
    >>> moderator_groups(pd.Series([1, 2, 3, 4]), 2).tolist()
    [0, 0, 1, 1]
    >>> moderator_groups(pd.Series([1, 1, 1, 2]), 2).tolist()
    [0, 0, 0, 1]
    """
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 2:
        raise ParameterMistake(f"`groups` must be a whole number, 2 or more; got {groups!r}.")
    # The middle of a value's ranks decides, so that ties stay together and no group is favoured.
    middle = (moderator.rank(method="average") - 0.5) / len(moderator)
    codes = np.minimum((middle * groups).astype(int), groups - 1)
    return codes.rank(method="dense").astype(int) - 1
