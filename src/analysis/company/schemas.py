"""The ten tables of a company as data: columns, kinds, units, ranges, what is required; pandera schemas made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from analysis.core.errors import require_one_of

KINDS = ("id", "text", "number", "whole", "day", "moment", "flag")
"""id: an identifier, compared as text; day: a date (a time of day is read and dropped); moment: date and time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column of a company table.

    Attributes
    ----------
    kind : str
        One of KINDS.
    meaning : str
        What it is, with its unit.
    required : bool
        A row without it is left out, with its reason; an optional value that is missing costs only the claims that
        need it.
    low, high : float
        Bounds, both included; None for none.
    among : tuple of str
        The values allowed; empty for any. Case does not matter when they are read.
    """

    kind: str
    meaning: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("kind", self.kind, KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A company table.

    Attributes
    ----------
    name, row : str
        Name of the table, and what one row is.
    columns : mapping
        Column name to TableColumn, required ones first.
    key : tuple of str
        Columns that together name a row; a second row with the same values is a duplicate. Empty where equal rows may
        be meant.
    starts, ends : str
        The time column by which a row is dated; the column of its end, where a row is a spell (the first day without).
    """

    name: str
    row: str
    columns: Mapping[str, TableColumn]
    key: tuple[str, ...] = ()
    starts: str = "at"
    ends: str | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required columns."""
        return tuple(name for name, column in self.columns.items() if column.required)

    def schema(self) -> Any:
        """The table as a pandera schema for a pandas table whose values are read already.

        Examples
        --------
        >>> sorted(table("spending").schema().columns)
        ['amount', 'channel', 'period_start', 'purpose']
        """
        import pandera.pandas as pa

        columns = {name: _pandera_column(column) for name, column in self.columns.items()}
        return pa.DataFrameSchema(columns, name=self.name, description=self.row)


_DTYPES = {"number": float, "whole": float, "day": "datetime64[ns]", "moment": "datetime64[ns]", "flag": "boolean"}


def _pandera_column(column: TableColumn) -> Any:
    import pandera.pandas as pa

    checks = []
    if column.low is not None:
        checks.append(pa.Check.ge(column.low))
    if column.high is not None:
        checks.append(pa.Check.le(column.high))
    if column.among:
        checks.append(pa.Check.isin(list(column.among)))
    if column.kind == "whole":
        checks.append(pa.Check(lambda values: values % 1 == 0, name="whole number"))
    return pa.Column(
        _DTYPES.get(column.kind, str),
        checks,
        nullable=not column.required,
        required=column.required,
        coerce=True,
        description=column.meaning,
    )


def _customer() -> TableColumn:
    return TableColumn(kind="id", meaning="the customer, as in every other table", required=True)


def _day(meaning: str, *, required: bool = True) -> TableColumn:
    return TableColumn(kind="day", meaning=meaning, required=required)


def _text(meaning: str) -> TableColumn:
    return TableColumn(kind="text", meaning=meaning)


def _number(meaning: str, low: float | None = None, high: float | None = None) -> TableColumn:
    return TableColumn(kind="number", meaning=meaning, low=low, high=high)


def _flag(meaning: str) -> TableColumn:
    return TableColumn(kind="flag", meaning=meaning)


_SPECS = (
    TableSpec(
        name="transactions",
        row="a purchase, or a line of one, or a return",
        columns={
            "customer_id": _customer(),
            "at": _day("day of the purchase"),
            "amount": TableColumn(
                kind="number",
                required=True,
                meaning="what was paid, in the company's currency; returns negative. Without this column it is "
                "quantity x unit_price",
            ),
            "order_id": TableColumn(kind="id", meaning="the order; its lines share it"),
            "product_id": TableColumn(kind="id", meaning="the product of this line"),
            "quantity": _number("pieces; returns negative"),
            "unit_price": _number("price of a piece, in the company's currency"),
            "discount": _number("price reduction on this row, in the company's currency"),
            "channel": _text("where it was bought"),
            "is_return": _flag("true if the row takes a purchase back"),
        },
    ),
    TableSpec(
        name="customers",
        row="a customer",
        columns={
            "customer_id": _customer(),
            "joined_at": _day("day on which the customer was won"),
            "channel": _text("how the customer was won"),
            "referred_by": TableColumn(kind="id", meaning="the customer who recommended the company to this one"),
            "segment": _text("group of customers"),
            "region": _text("place"),
        },
        key=("customer_id",),
        starts="joined_at",
    ),
    TableSpec(
        name="subscriptions",
        row="a price epoch of a subscription; one row a subscription is the simple case",
        columns={
            "customer_id": _customer(),
            "started_at": _day("first day of the epoch"),
            "ended_at": _day("first day without; empty while it runs", required=False),
            "price": _number("price a month, in the company's currency", low=0),
            "market_price": _number("what the market asks for the same, a month, in the company's currency", low=0),
            "term_months": _number("length of the contract, months, from the first day; 0 without one", low=0),
            "auto_renew": _flag("true if it goes on unless the customer ends it"),
            "end_reason": _text("why it ended; `renewed` where the next epoch follows on"),
        },
        key=("customer_id", "started_at", "ended_at"),
        starts="started_at",
        ends="ended_at",
    ),
    TableSpec(
        name="spending",
        row="money spent on customers in a period, by purpose",
        columns={
            "period_start": _day("first day of the period (month, quarter or year)"),
            "purpose": TableColumn(
                kind="text", meaning="what it was for", required=True, among=("acquisition", "retention")
            ),
            "amount": TableColumn(
                kind="number", meaning="what was spent, in the company's currency", required=True, low=0
            ),
            "channel": _text("where it was spent"),
        },
        starts="period_start",
    ),
    TableSpec(
        name="memberships",
        row="a spell of a customer in a tier",
        columns={
            "customer_id": _customer(),
            "tier": TableColumn(kind="text", meaning="name of the tier, or of the programme", required=True),
            "from_at": _day("first day in the tier"),
            "to_at": _day("first day without; empty while it runs", required=False),
            "threshold": _number("qualifying amount that opens this tier, in the company's currency", low=0),
            "qualifying_amount": _number(
                "what was counted when this row's tier was decided, in the company's currency", low=0
            ),
            "benefit_value": _number("worth of the tier's benefits, a year, in the company's currency", low=0),
        },
        key=("customer_id", "tier", "from_at"),
        starts="from_at",
        ends="to_at",
    ),
    TableSpec(
        name="points",
        row="points earned, redeemed or expired",
        columns={
            "customer_id": _customer(),
            "at": _day("day"),
            "points": TableColumn(kind="number", meaning="points; redeemed and expired ones negative", required=True),
            "kind": TableColumn(
                kind="text", meaning="what happened to them", required=True, among=("earn", "redeem", "expire")
            ),
            "restriction": _text("limit on how they can be redeemed; `none` where there is none"),
        },
    ),
    TableSpec(
        name="tickets",
        row="a request of a customer to the service desk",
        columns={
            "ticket_id": TableColumn(kind="id", meaning="the ticket", required=True),
            "customer_id": _customer(),
            "opened_at": TableColumn(kind="moment", meaning="when it came in", required=True),
            "resolved_at": TableColumn(kind="moment", meaning="when it was settled; empty while it is open"),
            "contacts": TableColumn(kind="whole", meaning="times the customer had to get in touch", low=0),
            "resolved_first_contact": _flag("true if the first contact settled it"),
            "priority": TableColumn(kind="whole", meaning="urgency, 1 the most urgent", low=1),
            "category": _text("what it was about; `complaint` or `failure` marks a failure of the company's"),
            "severity": _number("how grave, higher is graver", low=0),
        },
        key=("ticket_id",),
        starts="opened_at",
        ends="resolved_at",
    ),
    TableSpec(
        name="surveys",
        row="a question put to a customer, answered or not",
        columns={
            "customer_id": _customer(),
            "at": _day("day on which it was asked"),
            "instrument": TableColumn(
                kind="text", meaning="which question", required=True, among=("nps", "csat", "ces")
            ),
            "score": _number("the answer (nps: 0 to 10; csat, ces: higher is better); empty: asked, not answered"),
            "invited_at_random": _flag(
                "true if those to be asked were chosen at random; all who were drawn have a row"
            ),
            "team": _text("team that served the customer"),
            "item": _text("aspect that was asked about: trust, quality, good_works, ...; empty: on the whole"),
        },
        key=("customer_id", "at", "instrument", "item"),
    ),
    TableSpec(
        name="campaigns",
        row="a customer's place in a campaign: contacted, or kept as a control",
        columns={
            "campaign_id": TableColumn(kind="id", meaning="the campaign", required=True),
            "customer_id": _customer(),
            "at": _day("day of the contact; for controls, the day on which the others were contacted"),
            "arm": TableColumn(kind="text", meaning="`control` is the arm left alone", required=True),
            "family": _text("proactive, winback, message, access, feedback, game, community, ease, referral, ..."),
            "matched": _flag("messages: true if it fitted what is known of the customer"),
            "at_risk_score": _number("risk of leaving, known before the campaign; higher is riskier"),
            "cost": _number("cost of this contact, in the company's currency", low=0),
            "unsubscribed": _flag("true if the customer signed off after it"),
            "responded": _flag("true if the customer answered it as hoped"),
        },
    ),
    TableSpec(
        name="referrals",
        row="a customer brought in by another",
        columns={
            "referrer_id": TableColumn(kind="id", meaning="the customer who recommended", required=True),
            "referred_id": TableColumn(kind="id", meaning="the customer who came", required=True),
            "at": _day("day on which the new customer came"),
        },
        key=("referred_id",),
    ),
)

TABLES: Mapping[str, TableSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
"""Name to TableSpec, in the order in which they are listed."""


def table(name: str) -> TableSpec:
    """Return the spec of the company table `name`.

    Raises
    ------
    ParameterMistake
        If there is no such table.

    Examples
    --------
    >>> table("referrals").required
    ('referrer_id', 'referred_id', 'at')
    """
    require_one_of("table", name, tuple(TABLES))
    return TABLES[name]
