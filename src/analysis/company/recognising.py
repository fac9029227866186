"""Which product a file came from, and what stands in it, told from its columns and counted in the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.company import row_verbs as verbs
from analysis.company.csv_files import inspect_csv
from analysis.company.engine import Engine
from analysis.company.finding import Found
from analysis.company.mappings import ProductMapping, heading, load_mappings, resolved
from analysis.company.row_rules import RowRules
from analysis.company.schemas import TABLES
from analysis.company.settings import stem_of
from analysis.core.errors import UserMistake
from analysis.core.wording import counted

LINES_LOOKED_AT = 12
"""Lines among which the header of a known layout is looked for: reports begin with a title and a period."""

SYNONYMS = {
    "transactions": {
        "customer_id": ("customer", "customerid", "custid", "cust", "clientid", "client", "userid", "user", "memberid",
                        "kunde", "kundennummer", "kundenid", "kundennr"),
        "at": ("date", "time", "datetime", "timestamp", "orderdate", "invoicedate", "purchasedate", "transactiondate",
               "createdat", "day", "datum", "bestelldatum", "rechnungsdatum", "orderpurchasetimestamp"),
        "amount": ("total", "totalamount", "value", "revenue", "sales", "totalprice", "ordertotal", "linetotal", "betrag",
                   "umsatz", "paymentvalue"),
        "order_id": ("orderid", "order", "orderno", "ordernumber", "invoice", "invoiceno", "invoiceid", "transactionid",
                     "basketid", "bestellnummer", "rechnungsnummer"),
        "product_id": ("productid", "product", "sku", "stockcode", "itemid", "item", "articleid", "artikel",
                       "artikelnummer"),
        "quantity": ("quantity", "qty", "units", "pieces", "menge", "anzahl"),
        "unit_price": ("unitprice", "price", "priceperunit", "preis", "einzelpreis", "stueckpreis"),
        "discount": ("discount", "rebate", "rabatt"),
        "channel": ("channel", "saleschannel", "kanal"),
        "is_return": ("isreturn", "returned", "refund", "refunded", "retoure"),
    },
    "subscriptions": {
        "customer_id": ("customer", "customerid", "userid", "accountid", "kunde", "kundennummer"),
        "started_at": ("startedat", "startdate", "start", "planstartdate", "subscriptionstart", "beginn"),
        "ended_at": ("endedat", "enddate", "end", "planenddate", "plancanceldate", "subscriptionend", "ende"),
        "price": ("price", "monthlypay", "monthlyprice", "mrr", "preis"),
    },
    "customers": {
        "customer_id": ("customer", "customerid", "email", "emailaddress", "kunde", "kundennummer", "kundenid"),
        "joined_at": ("joinedat", "joined", "joindate", "signupdate", "customersince", "kundeseit", "registeredat"),
        "channel": ("channel", "acquisitionchannel", "kanal"),
        "referred_by": ("referredby", "geworbenvon"),
        "segment": ("segment",),
        "region": ("region", "country", "land"),
    },
}  # fmt: skip
"""Names under which our columns are known elsewhere, without capitals, blanks and underscores."""

_NEEDED = {
    "transactions": ({"customer_id", "at", "amount"}, {"customer_id", "at", "quantity", "unit_price"}),
    "subscriptions": ({"customer_id", "started_at", "ended_at"},),
    "customers": ({"customer_id", "joined_at"},),
}
"""Columns of which one set must be found for a proposal; an end is what makes a table of subscriptions one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file, and what it was taken for.

    Attributes
    ----------
    file : Path
        The file; of a database's table, its name.
    mapping : ProductMapping
        The layout that it has; None if it is none that is known.
    table : str
        Our table that it can be; empty if none.
    sections : mapping
        What company.toml says of it.
    header : tuple of str
    words : str
        What was seen, in words.
    currency : str
        The most frequent one; empty if it is not told.
    skip : int
        Lines before its header.
    why_not : str
        Why it cannot be used; empty if it can.
    """

    file: Path
    header: tuple[str, ...] = ()
    mapping: ProductMapping | None = None
    table: str = ""
    sections: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    currency: str = ""
    skip: int = 0
    why_not: str = ""


def propose_mapping(header: tuple[str, ...], table: str = "transactions") -> dict[str, str] | None:
    """Our columns of a table to theirs by well-known names; None if a required one has no match or several.

    Examples
    --------
    >>> propose_mapping(("CustomerID", "InvoiceDate", "Quantity", "UnitPrice"))
    {'customer_id': 'CustomerID', 'at': 'InvoiceDate', 'quantity': 'Quantity', 'unit_price': 'UnitPrice'}
    >>> propose_mapping(("Name", "Date")) is None
    True
    """
    plain = {theirs: re.sub(r"[^a-z]", "", theirs.lower()) for theirs in header}
    mapping = {}
    for ours, names in SYNONYMS[table].items():
        wanted = (ours.replace("_", ""), *names)
        same = [theirs for theirs, name in plain.items() if name in wanted]
        if len(same) == 1:
            mapping[ours] = same[0]
    return mapping if any(needed <= set(mapping) for needed in _NEEDED[table]) else None


def recognise(engine: Engine, file: Path) -> Seen:
    """Say what a file is, by its columns, and count what stands in it."""
    try:
        header, skip = _header(engine, file)
    except UserMistake as mistake:
        return Seen(file=file, why_not=str(mistake))
    found = Found(name=file.name, file=file, part="-")
    fitting = [mapping for mapping in load_mappings() if mapping.recognise and mapping.fits(header)]
    if fitting:
        mapping = max(fitting, key=lambda item: len(item.recognise))
        return _known(engine, found, header, skip, mapping)
    stem = stem_of(file).lower()
    own = [name for name, spec in TABLES.items() if set(spec.required) <= {c.strip().lower() for c in header}]
    if stem in own or len(own) == 1:
        table = stem if stem in own else own[0]
        return Seen(file=file, header=header, table=table, words=f"our own layout of {table}", skip=skip)
    for table in SYNONYMS:
        columns = propose_mapping(header, table)
        if columns:
            words = f"looks like {table}, by the names of its columns: look at the mapping before you trust it"
            return Seen(file=file, header=header, table=table, sections={"columns": columns}, words=words, skip=skip)
    listed = ", ".join(map(repr, header[:8])) + (f" and {len(header) - 8} more" if len(header) > 8 else "")
    return Seen(
        file=file, header=header, why_not=f"no layout that is known, and no table of ours by its columns ({listed})"
    )


def recognise_tables(engine: Engine) -> list[Seen]:
    """Say which tables of a database are ones that a loader writes for a product that is known; others are passed over."""
    seen = []
    for name in engine.every_table():
        fitting = [m for m in load_mappings() if name.rpartition(".")[2].lower() in m.database_tables]
        if not fitting:
            continue
        found = Found(name=name, part="-")
        header = engine.header_of(found)
        known = [mapping for mapping in fitting if mapping.fits(header)]
        if known:
            seen.append(_known(engine, found, header, 0, max(known, key=lambda item: len(item.recognise))))
    return seen


def _header(engine: Engine, file: Path) -> tuple[tuple[str, ...], int]:
    """The header of a file, and the lines before it: the first line that a known layout fits, else the first."""
    found = Found(name=file.name, file=file, part="-")
    if file.suffix.lower() == ".parquet":
        return engine.header_of(found), 0
    copy = engine.copy_of(found)
    first = inspect_csv(copy.path, encoding=copy.encoding, separator=copy.separator)
    if any(mapping.fits(first.columns) for mapping in load_mappings()):
        return first.columns, 0
    for skip in range(1, LINES_LOOKED_AT):
        try:
            shape = inspect_csv(copy.path, encoding=copy.encoding, separator=copy.separator, skip=skip)
        except UserMistake:
            break
        if len(shape.columns) > 1 and any(mapping.fits(shape.columns) for mapping in load_mappings()):
            return shape.columns, skip
    return first.columns, 0


def _known(engine: Engine, place: Found, header: tuple[str, ...], skip: int, mapping: ProductMapping) -> Seen:
    currency_column = heading(header, mapping.currency) if mapping.currency and "(*)" not in mapping.currency else None
    shown: dict[str, tuple[str, tuple[str, ...] | None]] = {}
    for words, what in mapping.shows.items():
        column = heading(header, what.get("distinct") or what["column"])
        if column:
            shown[words] = (column, tuple(what["values"]) if "values" in what else None)
    wanted = {column for column, _ in shown.values()} | ({currency_column} if currency_column else set())
    wanted |= {header[0]}
    table = load_from(engine, place, tuple(name for name in header if name in wanted), skip)
    sections, aggregates = resolved(mapping, header), {"rows": table.count()}
    for number, (column, values) in enumerate(shown.values()):
        dropped = sections.get("rows", {}).get("drop", {}).get(column, ())
        text = verbs.plain(table[column])
        if dropped:  # rows of totals name nothing
            text = verbs.matching(table[column], tuple(dropped)).ifelse("", text)
        aggregates[f"n{number}"] = (
            text.nullif("").nunique() if values is None else verbs.matching(table[column], values).sum()
        )
    found = table.aggregate(**aggregates).execute().iloc[0].fillna(0)
    currencies: list[str] = []
    if currency_column:
        codes = table.group_by(code=verbs.plain(table[currency_column])).aggregate(n=table.count()).execute()
        codes = codes[codes["code"].str.strip("-") != ""].sort_values(["n", "code"], ascending=[False, True])
        currencies = [code.upper() for code in codes["code"]]
    elif "(*)" in mapping.currency:
        inside = re.search(r"\(([A-Z]{3})\)", heading(header, mapping.currency) or "")
        currencies = [inside.group(1)] if inside else []
    pieces = [counted(int(found["rows"]), mapping.rows_are)]
    for number, (words, (_, values)) in enumerate(shown.items()):
        n = int(found[f"n{number}"])
        if n or values is None:
            pieces.append(counted(n, words))
    if currencies:
        pieces.insert(2 if len(pieces) > 1 else 1, " and ".join(currencies[:4]))
    return Seen(
        file=place.file or Path(place.name), header=header, mapping=mapping, table=mapping.table,
        sections=sections, words=", ".join(pieces), currency=next(iter(currencies), ""), skip=skip, why_not=mapping.unusable,
    )  # fmt: skip


def load_from(engine: Engine, place: Found, columns: tuple[str, ...], skip: int) -> Any:
    """Columns of a file or database table as an Ibis table."""
    engine.settings = replace(engine.settings, rows={"-": RowRules(skip_lines=skip)})
    return engine.load(place, columns).expression
