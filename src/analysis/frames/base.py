"""What a frame is: one tidy table that a family of tests needs, checked, with the context its numbers inherit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.core.display import facts_html, grid_html
from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind

COVARIATE_PREFIX = "x_"
"""Columns with this prefix are numeric covariates; a frame that allows them may hold any number of them."""
LOG_AGE = "x_log_age"
"""Covariate of ``spells`` whose time runs on the calendar: the logarithm of the spell's age in years."""
FIRST_ROWS = 5
"""Rows of a frame that its display shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every Estimate made from a frame inherits.

    Attributes
    ----------
    source : str
        Name of the source, as readers see it.
    kind : Kind
        public, own or simulated.
    design : Design
        How the comparison in this frame came about.
    population, period : str
        Who and when, in words.
    outcome : str
        What the frame's outcome column measures, in words; empty if the frame has none.
    contrast : str
        What is compared with what, in words ("matched e-mail against mismatched e-mail"); empty if it goes without.
    currency : str
        Code of the currency of amounts; empty if there are none.
    indirect : str
        Why the frame speaks only indirectly to retention claims in commerce; None if direct.
    fault : str
        Name of the simulated scenario that breaks the assumption that these data are known to break; empty if none is known.
    """

    source: str
    kind: Kind
    design: Design
    population: str
    period: str
    outcome: str = ""
    contrast: str = ""
    currency: str = ""
    indirect: str | None = None
    fault: str = ""

    @classmethod
    def public(cls, **words: Any) -> Context:
        """Of a public data set, observational unless its words name another design."""
        return cls(**{"kind": Kind.PUBLIC, "design": Design.OBSERVATIONAL} | words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A checked table with its context.

    Attributes
    ----------
    name : str
        Name of its FrameSpec.
    table : pandas.DataFrame
        Columns, units and ranges as the spec states. Treat as read-only.
    context : Context
    """

    name: str
    table: pd.DataFrame
    context: Context

    @property
    def covariates(self) -> list[str]:
        """Names of the covariate columns, sorted."""
        return sorted(c for c in self.table.columns if str(c).startswith(COVARIATE_PREFIX))

    def _repr_html_(self) -> str:
        context, table = self.context, self.table
        facts = {
            name: getattr(context, name) for name in ("source", "kind", "design", "population", "period", "outcome")
        }
        facts |= {"contrast": context.contrast, "currency": context.currency, "indirect": context.indirect}
        first = table.head(FIRST_ROWS)
        rows = grid_html(f"first of {len(table):,} rows", list(map(str, first.columns)), first.to_numpy().tolist())
        return facts_html(f"Frame {self.name}", facts) + rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a frame.

    Attributes
    ----------
    kind : str
        "int", "float", "text" or "time".
    meaning : str
        What it is, with its unit.
    low, high : float
        Bounds, both included; None for none.
    among : tuple
        The values allowed; empty for any.
    optional : bool
        The frame may come without this column.
    nullable : bool
        Single values may be missing.
    """

    kind: str
    meaning: str
    low: float | None = None
    high: float | None = None
    among: tuple[Any, ...] = ()
    optional: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSpec:
    """The schema of a frame.

    Attributes
    ----------
    name : str
    row : str
        What one row is.
    columns : mapping
        Column name to Column.
    key : tuple of str
        Columns that together are unique; empty if rows may repeat.
    covariates : bool
        Whether columns with COVARIATE_PREFIX are allowed.
    """

    name: str
    row: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    covariates: bool = False

    def check(self, table: pd.DataFrame, context: Context) -> Frame:
        """Return `table` as a Frame, its columns in the spec's order, or raise with the first rule it breaks.

        Raises
        ------
        FrameMistake
            Naming the frame, the source, the column, the rule, an offending value and its row.
        """
        import pandera.errors

        if len(table) == 0:
            raise FrameMistake(
                f"Frame '{self.name}' from {context.source} must hold at least one row ({self.row}); got none."
            )
        extra = [c for c in table.columns if c not in self.columns]
        covariates = sorted(c for c in extra if str(c).startswith(COVARIATE_PREFIX)) if self.covariates else []
        stray = [c for c in extra if c not in covariates]
        if stray:
            raise FrameMistake(
                f"Frame '{self.name}' from {context.source}: column `{stray[0]}` is not in the schema; "
                f"it has {', '.join(self.columns)}{' and covariates x_…' if self.covariates else ''}."
            )
        missing = [c for c, column in self.columns.items() if not column.optional and c not in table.columns]
        if missing:
            raise FrameMistake(
                f"Frame '{self.name}' from {context.source}: column `{missing[0]}` is missing ({self.columns[missing[0]].meaning})."
            )
        self._require_whole_numbers(table, context)
        try:
            checked = self._schema(covariates).validate(table)
        except pandera.errors.SchemaErrors as faults:  # of types that cannot be made; all others come one by one
            raise FrameMistake(
                f"Frame '{self.name}' from {context.source}: {_explain(faults.schema_errors[0])}"
            ) from faults
        except pandera.errors.SchemaError as fault:
            raise FrameMistake(f"Frame '{self.name}' from {context.source}: {_explain(fault)}") from fault
        order = [c for c in self.columns if c in checked.columns] + covariates
        return Frame(name=self.name, table=checked[order].reset_index(drop=True), context=context)

    def _require_whole_numbers(self, table: pd.DataFrame, context: Context) -> None:
        """Raise for 0.5 in a column of whole numbers: turned into one it would become 0 and pass as such."""
        for name, column in self.columns.items():
            if column.kind == "int" and name in table.columns and table[name].dtype.kind == "f":
                broken = table[name][table[name].notna() & (table[name] % 1 != 0)]
                if len(broken):
                    raise FrameMistake(
                        f"Frame '{self.name}' from {context.source}: column `{name}` must hold whole numbers; "
                        f"{len(broken)} row(s) do not, first row {broken.index[0]}: {broken.iloc[0]}."
                    )

    def _schema(self, covariates: list[str]) -> Any:
        import pandera.pandas as pa

        columns = {name: _pandera_column(column) for name, column in self.columns.items()}
        columns |= {name: _pandera_column(Column(kind="float", meaning="covariate")) for name in covariates}
        return pa.DataFrameSchema(columns, unique=list(self.key) or None)


_DTYPES = {"int": int, "float": float, "text": str, "time": "datetime64[ns]"}


def _pandera_column(column: Column) -> Any:
    import pandera.pandas as pa

    checks = []
    if column.kind in ("int", "float"):
        checks.append(pa.Check(lambda numbers: numbers.abs() < float("inf"), error="finite"))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, error=f"at least {column.low}"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, error=f"at most {column.high}"))
    if column.among:
        checks.append(pa.Check.isin(list(column.among), error=f"one of {', '.join(map(repr, column.among))}"))
    # A whole number that may be missing is held as a float: pandas has no missing int64.
    dtype = float if column.kind == "int" and column.nullable else _DTYPES[column.kind]
    return pa.Column(
        dtype, checks, nullable=column.nullable, required=not column.optional, coerce=column.kind != "text"
    )


_RULES = {
    "not_nullable": "given",
    "multiple_fields_uniqueness": "unique together",
    "coerce_dtype('int64')": "a whole number",
    "coerce_dtype('float64')": "a number",
    "coerce_dtype('datetime64[ns]')": "a time",
}
"""Rules of pandera that are not a Check of ours, in our words."""


def _explain(fault: Any) -> str:
    """Say which rule is broken, in how many rows, and show the first of them."""
    cases = fault.failure_cases
    name = getattr(fault.schema, "name", None) or getattr(fault, "column_name", None)
    keys = getattr(fault.schema, "unique", None)
    column = (
        f"column `{name}`" if name or not isinstance(keys, list) else f"columns {', '.join(f'`{k}`' for k in keys)}"
    )
    if not hasattr(cases, "columns") or "index" not in cases or cases["index"].isna().all():
        return f"{column} breaks a rule: {str(fault).splitlines()[0]}."
    first = cases.iloc[0]
    rule = getattr(fault.check, "error", None) or _RULES.get(str(fault.check), str(fault.check))
    row, given = (
        value.item() if hasattr(value, "item") else value for value in (first["index"], first["failure_case"])
    )
    row = int(row) if isinstance(row, float) else row  # pandera keeps the index of broken numbers as floats
    return f"{column} must be {rule}; {cases['index'].nunique()} row(s) are not, first row {row}: {given!r}."
