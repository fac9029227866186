"""From a plain table to a checked frame and a question of one's own: what the estimators need to be called directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.core.claim import Claim, Quantity
from analysis.core.display import grid_html
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate, interval
from analysis.core.vocabulary import RATIO_SCALES, Bias, Design, Direction, Kind, Rule, Scale
from analysis.core.wording import with_unit
from analysis.frames import COVARIATE_PREFIX, Context, Frame, spec

QUESTION = "own-question"
"""Stands in the place of a claim's id: nothing of the register is asked, and no verdict follows."""
EFFECT = "effect"
CODES = ("unit_id", "customer_id", "cluster", "redemption_id", "brand")
UNITS = {
    Scale.PERCENTAGE_POINTS: "percentage points",
    Scale.PERCENT: "%",
    Scale.DIFFERENCE: "in the outcome's unit",
    Scale.RATIO: "times",
    Scale.ODDS_RATIO: "times the odds",
    Scale.HAZARD_RATIO: "times the hazard",
    Scale.AREA_UNDER_CURVE: "chance of the right order",
    Scale.CORRELATION: "correlation",
}


class Estimates(tuple[Estimate, ...]):
    """What an estimator gives: the answer first, naive and context numbers behind it."""

    __slots__ = ()

    @property
    def answer(self) -> Estimate:
        """The first: the estimate that the others stand beside."""
        return self[0]

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate; columns as fields of `Estimate`."""
        return pd.DataFrame([estimate.to_json() for estimate in self])

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        return [
            (str(e.role), with_unit(e.value, e.unit), interval(e), f"{e.n:,}" if e.n else "", e.method) for e in self
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{role}: {value} ({doubt}; n = {n}), {how}" for role, value, doubt, n, how in self._rows())

    def _repr_html_(self) -> str:
        return grid_html("Estimates", ("Role", "Value", "Interval", "n", "Method"), self._rows())


def question(scale: Scale, names: Sequence[str] = (EFFECT,)) -> Claim:
    """A claim that nobody made: quantities on `scale`, null where there is no effect."""
    null = 0.5 if scale is Scale.AREA_UNDER_CURVE else 1.0 if scale in RATIO_SCALES else 0.0
    quantities = tuple(
        Quantity(
            name=name,
            meaning="the effect asked for",
            scale=scale,
            unit=UNITS.get(scale, ""),
            null=null,
            direction=Direction.ABOVE,
            smallest=null,
        )
        for name in names
    )
    return Claim(
        id=QUESTION,
        family="",
        notebook="",
        title="A question of one's own",
        statement="",
        said_by=(),
        claimed="",
        estimand=quantities[0].meaning,
        rule=next(iter(Rule)),
        naive_bias=next(iter(Bias)),
        trap="",
        own_tables=(),
        settles="",
        quantities=quantities,
        lead=names[0],
    )


def scale_of(outcome: pd.Series | None, scale: str | None) -> Scale:
    """The scale asked for; None: percentage points for an outcome of 0 and 1, else a difference."""
    from analysis.core.record import member

    if scale is not None:
        found: Scale = member("scale", scale, Scale)
        return found
    shares = outcome is None or bool(outcome.dropna().isin((0, 1)).all())
    return Scale.PERCENTAGE_POINTS if shares else Scale.DIFFERENCE


def frame_of(
    name: str,
    df: pd.DataFrame,
    columns: Mapping[str, str | None],
    *,
    design: Design,
    covariates: Sequence[str] = (),
    made: Mapping[str, Any] | None = None,
) -> Frame:
    """Check a plain table as the frame `name`.

    Parameters
    ----------
    name : str
        Name of the frame.
    df : pandas.DataFrame
        The table; its rows must be complete in the columns used: nothing is left out here.
    columns : mapping
        The frame's column to the table's; None leaves an optional one out.
    design : Design
        How the comparison came about.
    covariates : sequence of str
        Columns held equal; texts and categories become one column of 0 and 1 for each value but the first.
    made : mapping
        Further columns of the frame, as values.

    Raises
    ------
    FrameMistake
        If a column is not there, or values break the frame's rules.
    """
    used = {ours: theirs for ours, theirs in columns.items() if theirs is not None}
    for ours, theirs in [*used.items(), *(("covariates", column) for column in covariates)]:
        if theirs not in df.columns:
            raise FrameMistake(
                f"`{ours}` must be a column of the table ({', '.join(map(str, df.columns))}); got {theirs!r}."
            )
    values = {ours: _as_asked(name, ours, df[theirs]) for ours, theirs in used.items()} | dict(made or {})
    if "unit_id" in spec(name).columns and "unit_id" not in values:
        values["unit_id"] = range(len(df))
    table = pd.DataFrame({ours: pd.Series(column).to_numpy() for ours, column in values.items()})
    table = pd.concat([table, _covariates(df, covariates)], axis=1)
    context = Context(
        source="your table",
        kind=Kind.OWN,
        design=design,
        population=f"{len(df):,} rows",
        period="not stated",
        outcome=used.get("outcome", ""),
    )
    return spec(name).check(table, context)


def _as_asked(name: str, ours: str, column: pd.Series) -> Any:
    """The column as the frame wants it: codes for ids, texts, and 0 and 1 for true and false."""
    wanted = spec(name).columns[ours].kind
    if column.isna().any() and not spec(name).columns[ours].nullable:
        first = column.isna().idxmax()
        raise FrameMistake(
            f"Column `{column.name}` must have a value in every row; {int(column.isna().sum())} have none, first row {first}. "
            "Leave these rows out or fill them, and say which."
        )
    if ours in CODES:
        return pd.factorize(column, sort=True)[0]
    if wanted == "text":
        return column.astype(str)
    return column.astype(int) if column.dtype == bool else column


def _covariates(df: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Columns x_name of numbers, and x_name_value of 0 and 1 for texts."""
    found: dict[str, Any] = {}
    for name in names:
        column = df[name]
        if column.isna().any():
            raise FrameMistake(
                f"Covariate `{name}` must have a value in every row; {int(column.isna().sum())} have none. Fill them and add a "
                "column that says where, or leave these rows out."
            )
        if pd.api.types.is_numeric_dtype(column):
            found[f"{COVARIATE_PREFIX}{name}"] = column.astype(float).to_numpy()
        else:
            dummies = pd.get_dummies(column.astype(str), drop_first=True, dtype=float)
            found |= {f"{COVARIATE_PREFIX}{name}_{value}": dummies[value].to_numpy() for value in dummies}
    return pd.DataFrame(found, index=range(len(df)))
