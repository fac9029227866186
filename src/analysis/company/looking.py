"""Notes of `check` on what an analyst would want to know before trusting a number: each looks at clean tables and says one
thing, with the line that mends it. They go to the terminal only, since some quote customers' ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ibis

from analysis.company.finding import not_read
from analysis.company.looking_at_ids import id_notes
from analysis.company.looking_at_values import value_notes
from analysis.company.looking_facts import facts, spells_in_order, touching
from analysis.company.number_words import agreeing
from analysis.company.row_rules import table_of
from analysis.company.store import Company
from analysis.core.calendar_days import day_of

ENOUGH = 20
"""Rows below which nothing is made of a pattern."""

Looks = Callable[[Company], Iterator[str]]


def notes(company: Company) -> tuple[str, ...]:
    """All notes, in a fixed order; each names its table, what was seen, and what to do."""
    looks: tuple[Looks, ...] = (
        _files, id_notes, value_notes, _cents, _fees, _overlaps, _touching, _one_sided, _late_losses, _trials, _opened,
    )  # fmt: skip
    return tuple(note for look in looks for note in look(company))


def _files(company: Company) -> Iterator[str]:
    yield from not_read(company.settings, dict(company.engine.found))
    settings = company.settings
    for section in ("columns", "constants", "values", "rows", "joins"):
        for part in getattr(settings, section):
            if table_of(part) not in company.names:
                yield f"company.toml, [{section}.{part}]: there is no table {table_of(part)}, so these lines say nothing"


def _facts(table: Any, **aggregates: Any) -> dict[str, Any]:
    found: dict[str, Any] = table.aggregate(**aggregates).execute().iloc[0].to_dict()
    return {key: 0 if value is None or value != value else value for key, value in found.items()}


def _cents(company: Company) -> Iterator[str]:
    if not company.has("transactions"):
        return
    (seen,) = facts(company)["amounts"]
    n = int(seen["n"])
    if n >= ENOUGH and seen["whole"] == n and seen["median"] >= 500 and seen["priced"] > n / 2 and seen["hundreds"] < n:
        yield (
            f"transactions: all {n:,} amounts are whole numbers and the middle one is {seen['median']:,.0f}: are they cents? "
            "Then say in company.toml, [rows.transactions.scale]: amount = 0.01"
        )


def _fees(company: Company) -> Iterator[str]:
    if not company.has("transactions", "product_id"):
        return
    table = company.table("transactions").expression
    codes = table.filter(table["product_id"].notnull()).group_by("product_id").aggregate(n=lambda t: t.count())
    plain = codes.mutate(digit=codes["product_id"].re_search("[0-9]"))
    seen = _facts(
        plain, products=plain.count(), lettered=(~plain["digit"]).sum(), lines=plain["n"].sum(where=~plain["digit"])
    )
    if not seen["lettered"] or seen["lettered"] > 0.2 * seen["products"]:
        return
    found = plain.filter(~plain["digit"]).order_by(ibis.desc("n"), "product_id").limit(8).execute()["product_id"]
    listed = ", ".join(f'"{code}"' for code in found)
    yield (
        f"transactions: {agreeing(int(seen['lines']), 'line is of a product', 'lines are of products')} whose code has no digit "
        f"in it ({listed}), unlike the "
        f"others: fees, postage, bank charges? Then say in company.toml, [rows.transactions.drop]: "
        f'"{_theirs(company, "transactions", "product_id")}" = [{listed}]'
    )


def _theirs(company: Company, table: str, ours: str) -> str:
    return company.settings.columns.get(table, {}).get(ours, ours)


def _overlaps(company: Company) -> Iterator[str]:
    for name in ("subscriptions", "memberships"):
        for seen in facts(company).get(name, ()):
            if seen["over"]:
                yield (
                    f"{name}: {agreeing(int(seen['over']), 'row begins', 'rows begin')} before an earlier row of the same "
                    f"customer has ended ({agreeing(int(seen['customers']), 'customer', 'customers')}): two at once, or the same "
                    "one twice? A customer counts as there until "
                    "the last of them ends"
                )


def _touching(company: Company) -> Iterator[str]:
    if not company.has("subscriptions", "end_reason") or not company.has("subscriptions", "ended_at"):
        return
    (seen,) = facts(company)["subscriptions"]
    if not seen["touching"]:
        return
    table = spells_in_order(company, "subscriptions", "started_at", "ended_at")
    those = table.filter(touching(table)).group_by("reason").aggregate(n=lambda t: t.count())
    reasons = those.order_by(ibis.desc("n"), "reason").limit(4)
    listed = [str(reason) for reason in reasons.execute()["reason"] if reason == reason and reason is not None]
    lines = ", ".join(f'"{reason}" = "renewed"' for reason in listed) or 'their reason = "renewed"'
    began = agreeing(
        int(seen["touching"]),
        "row begins on the day on which the row before it",
        "rows begin on the day on which the row before them",
    )
    yield (
        f"subscriptions: {began} ended, for a reason other "
        f"than `renewed` ({', '.join(listed) or 'none given'}): trials that became paid, upgrades? Each counts as a loss and a "
        f"new beginning. If they are one subscription, say in company.toml, [values.subscriptions.end_reason]: {lines}"
    )


def _one_sided(company: Company) -> Iterator[str]:
    if not company.has("subscriptions"):
        return
    table = company.table("subscriptions")
    if table.n < ENOUGH:
        return
    open_ = int(facts(company)["subscriptions"][0]["open"]) if "ended_at" in table.expression.columns else table.n
    if open_ == table.n:
        yield (
            f"subscriptions: none of {table.n:,} rows has ended: does the export hold only those who are still there? Then "
            "nobody who left is in it, and no rate of leaving can be measured; export all, whatever their status"
        )
    elif open_ == 0:
        yield (
            f"subscriptions: all {table.n:,} rows have ended: does the export hold only those who left? Then nobody who stayed "
            "is in it; export all, whatever their status"
        )


def _late_losses(company: Company) -> Iterator[str]:
    if not company.has("subscriptions", "ended_at"):
        return
    (seen,) = facts(company)["subscriptions"]
    if seen["ended"] >= ENOUGH and seen["first_end"] - seen["first"] > 365 and seen["early"] >= ENOUGH:
        yield (
            f"subscriptions: {int(seen['early']):,} began before the first end that is recorded, {day_of(int(seen['first_end']))}, "
            f"the first of them on {day_of(int(seen['first']))}: did losses begin so suddenly, or were earlier ones not recorded?"
        )


def _trials(company: Company) -> Iterator[str]:
    if not company.has("subscriptions", "ended_at"):
        return
    (seen,) = facts(company)["subscriptions"]
    if seen["never"]:
        yield (
            f"subscriptions: {int(seen['never']):,} of the {int(seen['ended']):,} that ended did so within a day of "
            "beginning: were they ever paid? If not, leave them out by their status: [rows.subscriptions.drop]"
        )
    if seen["trials"]:
        yield (
            f"subscriptions: of the {int(seen['ended']):,} that ended "
            f"{agreeing(int(seen['trials']), 'was a trial', 'were trials')} by end_reason; each counts as a customer lost. If "
            "a trial is no customer yet, leave them out: [rows.subscriptions.drop]"
        )


def _opened(company: Company) -> Iterator[str]:
    if not company.has("campaigns", "responded"):
        return
    rules = company.settings.rules_of("campaigns").true_where.get("responded", {})
    named = [*rules, _theirs(company, "campaigns", "responded")]
    opened = [name for name in named if "open" in name.lower()]
    if opened:
        yield (
            f"campaigns: `responded` is {opened[0]!r}, an opened mail. Mail programs open by themselves; take a click or a "
            "purchase instead"
        )
