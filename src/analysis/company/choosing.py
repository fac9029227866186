"""From files that were recognised to one company: which file is which table, and what makes their ids one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.company.mappings import heading
from analysis.company.recognising import Seen

STACKED = ("spending", "campaigns", "tickets", "surveys")
"""Tables to which several products add rows; of the others one product is taken, since two may hold the same sales."""

_FIRST = (
    "", "shopify_orders", "shopify_order_tables", "woocommerce_orders", "stripe_payments", "stripe_charges_api",
    "hubspot_deals",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The parts of a company, and what is left over.

    Attributes
    ----------
    parts : dict
        Part (table, or TABLE-NAME) to the files that hold it, all of one layout.
    unused : tuple of (Seen, str)
        Files that are not used, and why.
    ids : dict
        What company.toml says in ``[ids]``.
    told : tuple of str
        What was assumed of ids, in words.
    """

    parts: dict[str, tuple[Seen, ...]]
    unused: tuple[tuple[Seen, str], ...]
    ids: dict[str, Any] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def choose(seen: Iterable[Seen], crosswalk: Path | None = None, hashed: bool = False) -> Chosen:
    """Decide which file is which table and how ids are joined.

    Parameters
    ----------
    seen : iterable of Seen
    crosswalk : Path
        A file with two products' ids side by side, the company's second; None without.
    hashed : bool
        Whether ids are to be replaced by a hash.
    """
    seen = tuple(seen)
    unused = [(item, item.why_not) for item in seen if item.why_not]
    groups: dict[str, dict[str, list[Seen]]] = {}
    for item in seen:
        if not item.why_not:
            groups.setdefault(item.table, {}).setdefault(_layout(item), []).append(item)
    parts: dict[str, tuple[Seen, ...]] = {}
    for table, layouts in groups.items():
        order = sorted(layouts, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
        if table == "customers" or not layouts[order[0]][0].mapping:
            order.sort(key=lambda name: name.startswith("file:"))
        for place, name in enumerate(order):
            if place == 0:
                parts[table] = tuple(layouts[name])
            elif table in STACKED:
                parts[f"{table}-{_slug(layouts[name][0])}"] = tuple(layouts[name])
            else:
                first = ", ".join(item.file.name for item in layouts[order[0]])
                why = f"{table} are taken from {first}, and the same ones may stand in both; to take it, name it in [tables]"
                unused += [(item, why) for item in layouts[name]]
    return _joined(parts, tuple(unused), seen, crosswalk, hashed)


def _layout(item: Seen) -> str:
    """Files of one layout are one part; of what is no known layout, each file is one of its own."""
    return item.mapping.name if item.mapping else f"file:{item.file.name}" if item.sections else ""


def _slug(item: Seen) -> str:
    name = item.mapping.product if item.mapping else item.file.stem
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "more"


def _joined(
    parts: dict[str, tuple[Seen, ...]],
    unused: tuple[tuple[Seen, str], ...],
    seen: tuple[Seen, ...],
    crosswalk: Path | None,
    hashed: bool,
) -> Chosen:
    ids: dict[str, Any] = {}
    told: list[str] = []
    naming = {part: items for part, items in parts.items() if part.partition("-")[0] != "spending"}
    systems = {_customer(items[0]) for items in naming.values()}
    if crosswalk is not None:
        ids["crosswalk"] = [_walk_of(crosswalk)]
        told.append(f"ids in the first column of {crosswalk.name} become those in its second")
    elif len(systems) > 1:
        walks = []
        for part, items in naming.items():
            address, walk = _email(items[0]), _bridge(items[0], seen)
            if address:
                parts = parts | {part: tuple(_by_email(item) for item in items)}
            elif walk and walk not in walks:
                walks.append(walk)
                told.append(f"customers in {items[0].file.name} are joined by the addresses in {walk['file']}")
            elif not walk:
                told.append(
                    f"{', '.join(item.file.name for item in items)} has no e-mail address, so its customers are not joined "
                    "with those of the other files; give a file with both ids: --crosswalk FILE"
                )
        told.insert(0, "customers are joined by their e-mail address, in small letters")
        if walks:
            ids["crosswalk"] = walks
    if any("mail" in str(_customer_column(items[0])).lower() for items in parts.values()):
        ids = {"small_letters": True} | ids
    if hashed:
        ids["hashed"] = True
    return Chosen(parts=parts, unused=unused, ids=ids, told=tuple(told))


def _customer_column(item: Seen) -> str:
    columns = item.sections.get("columns", {})
    column = columns.get("customer_id", "customer_id")
    return column if isinstance(column, str) else column[0]


def _customer(item: Seen) -> str:
    """What a customer's number means: an address is the same everywhere, a number in its product only."""
    return "an address" if "mail" in _customer_column(item).lower() else item.mapping.product if item.mapping else ""


def _email(item: Seen) -> str | None:
    if "mail" in _customer_column(item).lower():
        return _customer_column(item)
    return heading(item.header, item.mapping.email) if item.mapping and item.mapping.email else None


def _by_email(item: Seen) -> Seen:
    columns = {**item.sections.get("columns", {}), "customer_id": _email(item)}
    return replace(item, sections={**item.sections, "columns": columns})


def _bridge(item: Seen, seen: tuple[Seen, ...]) -> dict[str, str] | None:
    """Another file of the same product that holds both its ids and addresses."""
    for other in seen:
        mapping = other.mapping
        if mapping and item.mapping and mapping.product == item.mapping.product and other is not item:
            number, address = heading(other.header, mapping.customer), heading(other.header, mapping.email)
            if mapping.customer and mapping.email and number and address and number != address:
                return {"file": other.file.name, "from": number, "to": address}
    return None


def _walk_of(file: Path) -> dict[str, str]:
    from analysis.company.csv_files import inspect_csv
    from analysis.core.errors import UserMistake

    columns = inspect_csv(file).columns
    if len(columns) < 2:
        raise UserMistake(
            f"The crosswalk {file.name} must have two columns, an id and the customer it stands for; it has {len(columns)}."
        )
    return {"file": file.name, "from": columns[0], "to": columns[1]}
