"""Whether customers' ids mean customers, and the same ones in every table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from analysis.company.looking_facts import facts, ids_of, with_customers
from analysis.company.number_words import agreeing
from analysis.company.store import Company
from analysis.core.calendar_days import day_of

_PERSON = re.compile(r"customer|client|user|buyer|member|kunde|account|person|mail|shopper", re.IGNORECASE)
ENOUGH = 20
MANY = 5
"""Customers below which nothing is said of those who are in one table only."""
LATELY = 366
"""Days before the end of observation."""


def id_notes(company: Company) -> Iterator[str]:
    """Notes on ids that are one a row, and on ids that do not meet between tables."""
    yield from _one_a_row(company)
    names, met = with_customers(company), _met(company)
    if "customers" in names:
        yield from _not_in_customers(company, [name for name in names if name != "customers"], met)
    else:
        yield from _orphans(company, names, met)
    for one, other in combinations(names, 2):
        if not any({one, other} <= tables for tables in met):
            yield from _strangers(company, one, other)


def _met(company: Company) -> dict[frozenset[str], tuple[int, str]]:
    """Tables that have customers in common, to how many are in just these and the first of them."""
    names = with_customers(company)
    return {
        frozenset(name for i, name in enumerate(names) if int(seen["places"]) >> i & 1): (int(seen["n"]), seen["first"])
        for seen in facts(company).get("meetings", ())
    }


def _one_a_row(company: Company) -> Iterator[str]:
    if not company.has("transactions"):
        return
    table = company.table("transactions")
    (seen,) = facts(company)["orders"]
    if table.n < ENOUGH or int(seen["customers"]) < int(seen["orders"]):
        return
    rivals = _repeating(company)
    if int(seen["customers"]) == table.n or rivals:
        hint = (
            f"; the column {rivals[0]!r} repeats: is it the customer? Then say in company.toml, [columns.transactions]: "
            f'customer_id = "{rivals[0]}"'
            if rivals
            else ": is it the number of the order?"
        )
        yield f"transactions: every customer_id occurs in one order only ({table.n:,} rows){hint}"


def _repeating(company: Company) -> list[str]:
    """Other columns of the file that could be persons and whose values repeat."""
    places = company.engine.found["transactions"]
    mapped = set(company.settings.columns.get("transactions", {}).values()) | {"customer_id"}
    if len(places) != 1:
        return []
    header = company.engine.header_of(places[0])
    names = tuple(name for name in header if _PERSON.search(name) and name not in mapped)
    if not names:
        return []
    loaded = company.engine.load(places[0], names)
    table = loaded.expression
    counts = table.aggregate(
        **{f"n{i}": table[name].nunique() for i, name in enumerate(names)},
        **{f"rows{i}": table[name].count() for i, name in enumerate(names)},
    )
    seen = counts.execute().iloc[0]
    return [
        name
        for i, name in enumerate(names)
        if re.search(r"id\b|_id|mail|number|nr", name, re.IGNORECASE) and 1 < seen[f"n{i}"] < 0.98 * seen[f"rows{i}"]
    ]


def _not_in_customers(company: Company, names: list[str], met: dict[frozenset[str], tuple[int, str]]) -> Iterator[str]:
    listed = ids_of(company, "customers")
    for name in names:
        n = sum(number for tables, (number, _) in met.items() if name in tables)
        apart = [found for tables, found in met.items() if name in tables and "customers" not in tables]
        lacking = sum(number for number, _ in apart)
        if not lacking or lacking == n:
            continue
        example = "" if company.settings.ids.hashed else f" (such as {min(first for _, first in apart)!r})"
        said = agreeing(lacking, f"of its {n:,} customers is", f"of its {n:,} customers are")
        note = f"{name}: {said} not in `customers`{example}"
        if name == "transactions":
            note += _survivors(company, listed)
        yield note


def _survivors(company: Company, listed: Any) -> str:
    """Words for a list of customers who all bought lately, while those who are not in it stopped."""
    table = company.table("transactions")
    last = table.expression.group_by("customer_id").aggregate(last=table.expression["at"].max())
    inside, outside = last.semi_join(listed, "customer_id"), last.anti_join(listed, "customer_id")
    first_in = inside.aggregate(a=inside["last"].min()).execute().iloc[0]["a"]
    middle_out = outside.aggregate(a=outside["last"].approx_median()).execute().iloc[0]["a"]
    if first_in != first_in or middle_out != middle_out or first_in is None:
        return ""
    if table.end - int(first_in) <= LATELY and middle_out < first_in:
        return (
            f"; all who are in it bought on {day_of(int(first_in))} or later, so the list may hold only those who are still "
            "there: take no rate of staying from it"
        )
    return ""


def _orphans(company: Company, names: list[str], met: dict[frozenset[str], tuple[int, str]]) -> Iterator[str]:
    """Where a part of a table's customers neither bought nor subscribed; where all of them, `_strangers` says it."""
    base = {name for name in ("transactions", "subscriptions") if name in names}
    listed = " or ".join(f"`{name}`" for name in sorted(base))
    for name in names if base else ():
        apart = {tables: found for tables, found in met.items() if name in tables and not tables & base}
        n = sum(number for tables, (number, _) in met.items() if name in tables)
        lacking = sum(number for number, _ in apart.values())
        beside = [first for tables, (_, first) in met.items() if tables & base and name not in tables]
        if name in base or lacking < max(MANY, n / 10) or lacking == n:
            continue
        example = f" (such as {min(first for _, first in apart.values())!r}" + (
            f" beside {min(beside)!r})" if beside else ")"
        )
        said = "" if company.settings.ids.hashed else example
        yield (
            f"{name}: {lacking:,} of its {n:,} customers are not in {listed}{said}: never bought, or written in another way? What "
            "they did afterwards is not known, so they are left out of every comparison; if it is the writing, give a file with "
            "both: [ids] crosswalk"
        )


def _strangers(company: Company, one: str, other: str) -> Iterator[str]:
    mine, theirs = ids_of(company, one), ids_of(company, other)
    a, b = _first(mine), _first(theirs)
    plainly = mine.mutate(k=mine["customer_id"].lower()).semi_join(theirs.mutate(k=theirs["customer_id"].lower()), "k")
    small = int(plainly.count().execute())
    remedy = (
        "they differ in capitals only: say in company.toml, [ids]: small_letters = true"
        if small
        else "give a file with both: [ids] crosswalk, or join them by their e-mail address"
    )
    quoted = "" if company.settings.ids.hashed else f" (such as {a!r} beside {b!r})"
    yield f"{one} and {other}: no customer is in both{quoted}, so nothing of one can be held against the other; {remedy}"


def _first(ids: Any) -> str:
    return str(ids.order_by("customer_id").limit(1).execute()["customer_id"].iloc[0])
