"""What `python -m analysis init DIR` writes: a commented company.toml, and tables with a header and no row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.company.csv_files import inspect_csv
from analysis.company.schemas import TABLES, TableSpec
from analysis.company.settings import FILE, TABLE_SUFFIXES
from analysis.core.errors import UserMistake

SYNONYMS = {
    "customer_id": ("customer", "customerid", "custid", "cust", "clientid", "client", "userid", "user", "memberid",
                    "kunde", "kundennummer", "kundenid", "kundennr"),
    "at": ("date", "time", "datetime", "timestamp", "orderdate", "invoicedate", "purchasedate", "transactiondate",
           "createdat", "day", "datum", "bestelldatum", "rechnungsdatum"),
    "amount": ("total", "totalamount", "value", "revenue", "sales", "totalprice", "ordertotal", "linetotal", "betrag",
               "umsatz"),
    "order_id": ("orderid", "order", "orderno", "ordernumber", "invoice", "invoiceno", "invoiceid", "transactionid",
                 "basketid", "bestellnummer", "rechnungsnummer"),
    "product_id": ("productid", "product", "sku", "stockcode", "itemid", "item", "articleid", "artikel", "artikelnummer"),
    "quantity": ("quantity", "qty", "units", "pieces", "menge", "anzahl"),
    "unit_price": ("unitprice", "price", "priceperunit", "preis", "einzelpreis", "stueckpreis"),
    "discount": ("discount", "rebate", "rabatt"),
    "channel": ("channel", "saleschannel", "kanal"),
    "is_return": ("isreturn", "returned", "refund", "refunded", "retoure"),
}  # fmt: skip
"""Names under which the columns of transactions are known elsewhere, without capitals, blanks and underscores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """What `init_company` did.

    Attributes
    ----------
    written : tuple of Path
        Files written.
    proposed : str
        Name of a file that was there already and is proposed as the transactions table; empty if none.
    """

    written: tuple[Path, ...]
    proposed: str = ""


def init_company(folder: str | Path) -> Initialised:
    """Write a commented ``company.toml``, and a table with a header and no row for each of the ten that is not there.

    If the folder holds exactly one table file whose columns can be read as transactions under other names, the mapping
    is written into ``company.toml`` as a proposal, for the analyst to look at.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there.

    Raises
    ------
    UserMistake
        If ``company.toml`` is there already, or `folder` is a file: nothing is overwritten.
    """
    folder = Path(folder).expanduser()
    if folder.exists() and not folder.is_dir():
        raise UserMistake(f"`DIR` must be a folder; {folder.name} is a file. Name another one.")
    target = folder / FILE
    if target.exists():
        raise UserMistake(
            f"The folder {folder.name} has a {FILE} already, and nothing is overwritten. Edit that file, or move it away."
        )
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(f for f in folder.iterdir() if f.is_file() and f.suffix.lower() in TABLE_SUFFIXES)
    proposal = _propose(there)
    taken = {f.stem.lower() for f in there} | ({"transactions"} if proposal else set())
    written = [target]
    target.write_text(_company_toml(folder.resolve().name, proposal), encoding="utf-8")
    for name, spec in TABLES.items():
        if name not in taken:
            file = folder / f"{name}.csv"
            file.write_text(",".join(spec.columns) + "\n", encoding="utf-8")
            written.append(file)
    return Initialised(written=tuple(written), proposed=proposal[0].name if proposal else "")


def _propose(files: list[Path]) -> tuple[Path, dict[str, str]] | None:
    """The one file that can be transactions under other names, with the mapping; None without or with several."""
    if any(f.stem.lower() == "transactions" for f in files):
        return None
    found = []
    for file in files:
        if file.stem.lower() in TABLES:
            continue
        mapping = propose_mapping(_header(file))
        if mapping is not None:
            found.append((file, mapping))
    return found[0] if len(found) == 1 else None


def _header(file: Path) -> tuple[str, ...]:
    if file.suffix.lower() == ".parquet":
        import pyarrow.parquet

        return tuple(pyarrow.parquet.read_schema(file).names)
    try:
        return inspect_csv(file).columns
    except UserMistake:
        return ()


def propose_mapping(header: tuple[str, ...]) -> dict[str, str] | None:
    """Our transaction columns to theirs by well-known names; None if a required one has no match or several.

    Examples
    --------
    >>> propose_mapping(("CustomerID", "InvoiceDate", "Quantity", "UnitPrice"))
    {'customer_id': 'CustomerID', 'at': 'InvoiceDate', 'quantity': 'Quantity', 'unit_price': 'UnitPrice'}
    >>> propose_mapping(("Name", "Date")) is None
    True
    """
    plain = {theirs: re.sub(r"[^a-z]", "", theirs.lower()) for theirs in header}
    mapping = {}
    for ours, names in SYNONYMS.items():
        wanted = (ours.replace("_", ""), *names)
        same = [theirs for theirs, name in plain.items() if name in wanted]
        if len(same) == 1:
            mapping[ours] = same[0]
    complete = {"customer_id", "at"} <= set(mapping) and (
        "amount" in mapping or {"quantity", "unit_price"} <= set(mapping)
    )
    return mapping if complete else None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _company_toml(name: str, proposal: tuple[Path, dict[str, str]] | None) -> str:
    tables, columns = "", ""
    if proposal:
        file, mapping = proposal
        hint = "# Proposed from the file that was here; look at it before you trust it."
        tables = f"\n[tables]\n{hint}\ntransactions = {_quoted(file.name)}\n"
        lines = "\n".join(f"{ours} = {_quoted(theirs)}" for ours, theirs in mapping.items())
        columns = f"\n[columns.transactions]\n# Proposed by the names of the columns: our name = their name.\n{lines}\n"
    listed = "\n".join(_commented(spec) for spec in TABLES.values())
    return _TEMPLATE.format(name=_quoted(name), tables=tables, columns=columns, listed=listed)


def _commented(spec: TableSpec) -> str:
    lines = [f"# {spec.name}: one row is {spec.row}"]
    for name, column in spec.columns.items():
        must = "required" if column.required else "optional"
        allowed = f"; one of {', '.join(column.among)}" if column.among else ""
        lines.append(f"#   {name} ({must}): {column.meaning}{allowed}")
    return "\n".join(lines)


_TEMPLATE = """\
# What the analysis has to know of your company. Every key is optional; take the # away to set one.
# Tables are CSV or Parquet files in this folder, named after the table. Use those you have; leave the others empty or
# delete them. `python -m analysis check .` says what it read, what it left out and why, and which claims can be tested.

[company]
name = {name}
# currency = "EUR"                    # three capitals
# timezone = "Europe/Berlin"          # of times that carry an offset from UTC
# end_of_observation = "2024-12-31"   # last day that the data cover; without it, each table's last day
# margin = 0.3                        # share of the amount that is left after its cost, 0 to 1
# discount_rate = 0.1                 # a year, 0 to 1

[data]
# path = "exports"                    # folder or DuckDB file, seen from this file; without it, this folder
# database = "postgres://reader:${{SHOP_PASSWORD}}@host/shop"   # instead of path; ${{NAME}} is an environment variable
# date_format = "%d/%m/%Y %H:%M"      # if dates can be read in two ways
# separator = ";"
# decimal = ","
# encoding = "latin-1"
# largest_sample = 200000             # of more customers than this, so many are drawn for what looks at single purchases
# sample_seed = 1                     # decides who is drawn
# memory_limit = "2GB"                # of the engine; beyond it, it writes to a temporary folder
{tables}
# [tables]
# transactions = "Umsatz 2010.csv"    # file, or table of the database, where it is not named after the table
{columns}
# [columns.transactions]
# customer_id = "Kunde"               # our name = their name
#
# [values.spending.purpose]
# "mktg-acq" = "acquisition"          # their value = our value; "" for missing

# The tables
# ----------
{listed}
"""
