"""A company in an analyst's hand: its clean tables, frames, ledger, check and findings, each shown as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.company.clean_table import CleanTable
from analysis.company.schemas import TABLES
from analysis.core.calendar_days import ORIGIN
from analysis.core.display import grid_html, safe
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.notebook.disclosure import SMALLEST_GROUP
from analysis.notebook.session import Session, start
from analysis.notebook.shown_findings import ShownFindings
from analysis.sources.base import Source
from analysis.sources.own_tables import company_source
from analysis.workbench.shown import CheckShown, LedgerShown, Lines

if TYPE_CHECKING:
    from analysis.frames import Frame


class Tables(Mapping[str, "pd.DataFrame"]):
    """The rows that are used of each table that is there, read when it is asked for; days and moments are times."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = _in_pandas(name, self._clean(name).expression)
        return self._made[name]

    def sample(self, name: str = "transactions") -> pd.DataFrame:
        """Rows of a table of the customers whom frames of single purchases draw: everyone, up to the setting `largest_sample`.

        A table of millions of rows takes gigabytes in pandas; what is looked at by customer hardly changes with a sample of
        200,000. ``tables[name]`` has every row.

        Parameters
        ----------
        name : str
            A table that names customers.

        Raises
        ------
        ParameterMistake
            If there is no such table, it names no customers, or there are no transactions from which customers are drawn.
        """
        from analysis.frames.builders.random_sample import draws, rows_of_drawn

        table = self._clean(name)
        self._clean("transactions")
        if "customer_id" not in table.filled:
            raise ParameterMistake(
                f"`name` must be a table that names customers; got {name!r}. Take tables[{name!r}], which has every row."
            )
        company = self._source.company
        if not draws(company):
            return self[name]
        rows = _in_pandas(name, rows_of_drawn(company, table.expression))
        return rows.sort_values(list(rows.columns), ignore_index=True)  # an engine's threads end in any order

    def _clean(self, name: str) -> CleanTable:
        if name not in self._source.company.names:
            there = ", ".join(self._source.company.names) or "none"
            if name in TABLES:
                raise ParameterMistake(f"{self._source.title} has no table {name}; it has {there}.")
            raise ParameterMistake(f"`name` must be one of the tables ({', '.join(TABLES)}); got {name!r}.")
        return self._source.company.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.company.names)

    def __len__(self) -> int:
        return len(self._source.company.names)

    def __contains__(self, name: object) -> bool:
        return name in self._source.company.names

    def _rows(self) -> list[tuple[str, str, str, str]]:
        read = [self._source.company.table(name) for name in self]
        return [
            (t.name, TABLES[t.name].row, f"{t.n:,}", ", ".join(c for c in TABLES[t.name].columns if c in t.filled))
            for t in read
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {rows} rows ({columns})" for name, _, rows, columns in self._rows()) or "no table"

    def _repr_html_(self) -> str:
        return grid_html("Tables", ("Table", "One row is", "Rows used", "Columns with a value"), self._rows())


class OwnCompany:
    """A company's data, opened with `company`.

    Attributes
    ----------
    source : Source
        The same as a source of frames, for whatever takes one (`analysis.start(data=company.source)`).
    tables : Tables
        Name to DataFrame of the rows that are used.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tables = Tables(source)

    @property
    def name(self) -> str:
        """The company's name, as pages show it."""
        return self.source.title

    @property
    def frames(self) -> tuple[str, ...]:
        """Keys of the frames that its tables may give."""
        return tuple(self.source.builders)

    def frame(self, name: str) -> Frame:
        """Build a frame: the table that a family of estimators reads, in `.table`, with where it comes from in `.context`.

        Raises
        ------
        FrameUnavailable
            If there is no such frame, or a table, column or setting it needs is lacking; says which.
        """
        return self.source.frame(name)

    def ledger(self) -> LedgerShown:
        """What became of every row of all tables, and of the frames built so far; ``.to_frame()`` gives it as a table."""
        return LedgerShown(ledger=self.source.ledger())

    def check(self) -> CheckShown:
        """Which claims can be tested now, what each of the others lacks, and what to look at first; builds every frame."""
        from analysis.calibration.precision import HEADING, precision_of
        from analysis.reporting.own_data_check import check_company

        return CheckShown(found=check_company(self.source, precision=precision_of), heading=HEADING)

    def cohorts(self, *, period: str = "month") -> pd.DataFrame | Lines:
        """Cohorts of buyers and the share who bought again at each age, to three digits.

        It is `analysis.cohort_table` of `tables.sample()`, which has all digits. Where the tables tell of no buyers, or of none
        for long enough, a line says what is lacking.
        """
        if lacking := self._lacks_buyers():
            return lacking
        from analysis.measures.cohort_tables import cohort_table

        try:
            return cohort_table(self.tables.sample(), period=period, amount="amount").round(3)
        except FrameMistake as fault:
            return Lines((f"No cohorts of {self.name}: {fault}",))

    def scores(self, *, ahead_days: float = 90, margin: float = 1.0, seed: int = 1) -> pd.DataFrame | Lines:
        """What every buyer is expected to buy and to be worth, with intervals (`analysis.customer_scores` of `tables.sample()`).

        Where the tables tell of no buyers, or of too few, a line says what is lacking. Parameters as for
        `analysis.customer_scores`.
        """
        if lacking := self._lacks_buyers():
            return lacking
        from analysis.measures.scoring import customer_scores

        try:
            return customer_scores(self.tables.sample(), ahead_days=ahead_days, margin=margin, seed=seed)
        except FrameMistake as fault:
            return Lines((f"No expectations for customers of {self.name}: {fault}",))

    def score_spread(self, *, ahead_days: float = 90, margin: float = 1.0, seed: int = 1) -> pd.DataFrame | Lines:
        """How the expectations of `scores` spread over customers, to two digits; it names nobody."""
        found = self.scores(ahead_days=ahead_days, margin=margin, seed=seed)
        if isinstance(found, Lines):
            return found
        return found[["expected_purchases", "probability_alive", "expected_value"]].describe().round(2)

    def _lacks_buyers(self) -> Lines | None:
        lacking = self.source.company.lacks("transactions", "customer_id")
        return Lines((f"Cohorts and values of buyers need what {self.name} lacks: {lacking}.",)) if lacking else None

    def session(self, *, sources: str = "package", seed: int = 1, smallest_group: int = SMALLEST_GROUP) -> Session:
        """A session that asks this company beside public sources; parameters as for `analysis.start`."""
        return start("", sources=sources, seed=seed, data=self.source, smallest_group=smallest_group)

    def findings(self, claim_id: str, **options: object) -> ShownFindings:
        """All that this company and the public sources of the packages say about one claim, with its verdicts."""
        return self.session().collect(claim_id, **options)

    def __repr__(self) -> str:
        return f"{self.name}: {', '.join(self.tables) or 'no table'}"

    def _repr_html_(self) -> str:
        return self.tables._repr_html_().replace("<b>Tables</b>", f"<b>{safe(self.name)}</b>")


def company(data: str | Path) -> OwnCompany:
    """Open a company's data in a notebook of one's own.

    Parameters
    ----------
    data : str or Path
        A folder, a ``company.toml``, a DuckDB or table file, or a database address.

    Raises
    ------
    UserMistake
        If the settings break a rule, or the data cannot be found or opened.
    """
    return OwnCompany(company_source(data))


def _in_pandas(table: str, expression: Any) -> pd.DataFrame:
    """The columns of the table's spec, day numbers turned into times."""
    spec = TABLES[table]
    rows: Any = expression.to_pandas()
    origin = pd.Timestamp(ORIGIN)
    columns = {}
    for name, column in spec.columns.items():
        if name not in rows.columns:
            continue
        values = rows[name]
        if column.kind in ("day", "moment"):
            second = f"{name}_second"  # counted from the same origin as the days
            times = (rows[second], "s") if second in rows.columns else (values, "D")
            values = origin + pd.to_timedelta(times[0], unit=times[1])
        columns[name] = values
    return pd.DataFrame(columns).reset_index(drop=True)
