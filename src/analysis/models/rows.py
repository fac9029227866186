"""The models' input: distinct patterns with the number of customers that show each, checked rule by rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake

WEIGHT = "n_customers"


def purchase_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a customer summary for the continuous-time models and collapse it to its distinct rows.

    Parameters
    ----------
    frame : DataFrame
        `frequency` (repeat purchases, whole), `recency` (time from first to last purchase), `T` (time from first
        purchase to the end of observation), in any one unit of time. `n_customers` (positive, whole) says how many
        customers a row stands for; without that column every row is one customer.

    Raises
    ------
    FrameMistake
        Naming column, row (the frame's own index) and rule.

    Examples
    --------
    >>> purchase_rows(pd.DataFrame({"frequency": [1, 0, 1], "recency": [2, 0, 2], "T": [9, 9, 9]}))
       frequency  recency    T  n_customers
    0        0.0      0.0  9.0            1
    1        1.0      2.0  9.0            2
    """
    columns = ["frequency", "recency", "T"]
    rows = _numbers(frame, columns)
    _require_counts(rows, ["frequency"])
    _require_not_negative(rows, ["recency", "T"])
    require(rows, rows["recency"] <= rows["T"], "`recency` must not exceed `T`", ["recency", "T"])
    once, shown = rows["frequency"] == 0, ["frequency", "recency"]
    require(rows, ~once | (rows["recency"] == 0), "`recency` must be 0 where `frequency` is 0", shown)
    require(rows, once | (rows["recency"] > 0), "`recency` must be above 0 where `frequency` is above 0", shown)
    return collapse(rows, columns)


def opportunity_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Check and collapse a discrete-time summary: `frequency`, `recency`, `n_opportunities`, all whole numbers.

    `recency` is the number of the last opportunity that was taken, 0 if none was; `n_customers` as in
    `purchase_rows`.

    Raises
    ------
    FrameMistake
        Naming column, row (the frame's own index) and rule.
    """
    columns = ["frequency", "recency", "n_opportunities"]
    rows = _numbers(frame, columns)
    _require_counts(rows, columns)
    rule, shown = "`recency` must not exceed `n_opportunities`", ["recency", "n_opportunities"]
    require(rows, rows["recency"] <= rows["n_opportunities"], rule, shown)
    shown = ["frequency", "recency"]
    require(rows, rows["frequency"] <= rows["recency"], "`frequency` must not exceed `recency`", shown)
    once = rows["frequency"] == 0
    require(rows, ~once | (rows["recency"] == 0), "`recency` must be 0 where `frequency` is 0", shown)
    return collapse(rows, columns).astype(dict.fromkeys(columns, int))


def spend_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Check and collapse `frequency` and `monetary` (mean value of the repeat purchases) of those who bought again.

    Rows of frequency 0 are left out: a model of repeat spend has nothing to learn from them.

    Raises
    ------
    FrameMistake
        Naming column, row (the frame's own index) and rule.
    """
    columns = ["frequency", "monetary"]
    _require_columns(frame, columns)
    repeat = frame[~(frame["frequency"] == 0)]
    if repeat.empty:
        raise FrameMistake("`frequency` is 0 in every row: nobody bought again, so there is no repeat spend to model.")
    rows = _numbers(repeat, columns)
    _require_counts(rows, ["frequency"])
    rule = "`monetary` must be positive where `frequency` is above 0 (the model has no purchases for nothing)"
    require(rows, rows["monetary"] > 0, rule, columns)
    return collapse(rows, columns)


def tenure_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Check and collapse contract endings: `periods` (whole, 1 or more), `lost` (1 left, 0 still there).

    Raises
    ------
    FrameMistake
        Naming column, row (the frame's own index) and rule.
    """
    columns = ["periods", "lost"]
    rows = _numbers(frame, columns)
    _require_counts(rows, columns)
    require(rows, rows["periods"] >= 1, "`periods` must be 1 or more", ["periods"])
    require(rows, rows["lost"] <= 1, "`lost` must be 0 or 1", ["lost"])
    return collapse(rows, columns).astype(dict.fromkeys(columns, int))


def collapse(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the distinct rows of `columns` in ascending order, with `n_customers` summed."""
    collapsed = rows.groupby(list(columns), as_index=False, sort=True)[WEIGHT].sum()
    return collapsed.astype({WEIGHT: int})


def require(rows: pd.DataFrame, holds: pd.Series, rule: str, show: Sequence[str]) -> None:
    """Raise FrameMistake with `rule` and the first row that breaks it, unless `holds` throughout."""
    if bool(holds.all()):
        return
    broken = rows.loc[~holds, list(show)]
    values = ", ".join(f"{name} = {broken.iloc[0][name]:g}" for name in show)
    more = f" ({len(broken)} rows break the rule)" if len(broken) > 1 else ""
    raise FrameMistake(f"{rule}; row {broken.index[0]} has {values}{more}. Correct the table that the rows come from.")


def _numbers(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return `columns` and `n_customers` as floats, refusing missing columns, text, empty cells and bad weights."""
    weighted = frame if WEIGHT in frame.columns else frame.assign(**{WEIGHT: 1})
    wanted = [*columns, WEIGHT]
    _require_columns(weighted, wanted)
    if weighted.empty:
        raise FrameMistake("the frame has no rows; a model needs customers.")
    for name in wanted:
        if not pd.api.types.is_numeric_dtype(weighted[name]):
            raise FrameMistake(f"`{name}` must be numeric; its type is {weighted[name].dtype}.")
    rows = weighted[wanted].astype(float)
    for name in wanted:
        empty = ~np.isfinite(rows[name])
        if empty.any():
            raise FrameMistake(f"`{name}` must be a finite number; row {rows.index[empty][0]} has none.")
    require(rows, (rows[WEIGHT] > 0) & (rows[WEIGHT] % 1 == 0), f"`{WEIGHT}` must be a whole number above 0", [WEIGHT])
    return rows


def _require_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise FrameMistake(f"`{missing[0]}` is missing; the columns are {sorted(map(str, frame.columns))}.")


def _require_counts(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    _require_not_negative(rows, columns)
    for name in columns:
        require(rows, rows[name] % 1 == 0, f"`{name}` must be a whole number", [name])


def _require_not_negative(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    for name in columns:
        require(rows, rows[name] >= 0, f"`{name}` must not be negative", [name])
