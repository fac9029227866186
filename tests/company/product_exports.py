"""One invented shop in the layout of every product for which there is a mapping: headings are those of the samples."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.core import paths

FIRST, LAST = pd.Timestamp("2021-01-04"), pd.Timestamp("2024-06-30")
N = 360
Row = dict[str, object]


def purchases(seed: int = 3) -> list[tuple[int, pd.Timestamp, int]]:
    """(customer, moment, amount): a gamma-mixed pace, a chance of a fifth to be gone after each purchase."""
    rng = np.random.default_rng(seed)
    found = []
    for customer in range(N):
        at = FIRST + pd.Timedelta(days=int(rng.integers(0, 700)), hours=10)
        pace = 10 + rng.gamma(2.0, 25)
        while at <= LAST:
            found.append((customer, at, int(rng.integers(10, 90))))
            if rng.random() < 0.2:
                break
            at = at + pd.Timedelta(days=1 + int(rng.exponential(pace)))
    return sorted(found, key=lambda row: (row[1], row[0]))


def spells(seed: int = 4) -> list[tuple[int, pd.Timestamp, pd.Timestamp | None]]:
    """(customer, start, end; None: running) of subscriptions that end with a chance of 6 % a month."""
    rng = np.random.default_rng(seed)
    found = []
    for customer in range(N):
        start = FIRST + pd.Timedelta(days=int(rng.integers(0, (LAST - FIRST).days)), hours=8)
        end = start + pd.DateOffset(months=int(rng.geometric(0.06)))
        found.append((customer, start, end if end <= LAST else None))
    return found


def mail(customer: int) -> str:
    return f"person{customer:04d}@example.org"


def _orders(make: Callable[[int, int, pd.Timestamp, int], Row]) -> list[Row]:
    return [make(number, *row) for number, row in enumerate(purchases(), start=1001)]


def _subscribed(make: Callable[[int, pd.Timestamp, str], Row], form: str) -> list[Row]:
    return [make(who, start, f"{end:{form}}" if end is not None else "") for who, start, end in spells()]


def _tickets() -> list[Row]:
    rng = np.random.default_rng(5)
    rows: list[Row] = []
    for customer, at, _ in purchases():
        if rng.random() > 0.3 or at > LAST - pd.Timedelta(days=20):
            continue
        opened = at + pd.Timedelta(days=int(rng.integers(1, 10)))
        solved = opened + pd.Timedelta(hours=float(rng.gamma(1.5, 20)))
        once = bool(rng.random() < 0.6)
        rows.append(
            {"Summation column": 1, "Id": len(rows) + 1, "Requester id": 9000 + customer, "Requester email": mail(customer),
             "Tags": "wismo", "Status": "Closed", "Priority": "High", "Created at": f"{opened:%Y-%m-%dT%H:%M:%SZ}",
             "Updated at": f"{solved:%Y-%m-%dT%H:%M:%SZ}", "Solved at": f"{solved:%Y-%m-%dT%H:%M:%SZ}",
             "Reopens": 0, "Replies": 1 if once else 3}
        )  # fmt: skip
    return rows


def _ticket_tables() -> list[Row]:
    return [
        {"id": t["Id"], "created_at": t["Created at"], "updated_at": t["Updated at"], "requester_id": t["Requester id"],
         "priority": "high", "status": "closed"}
        for t in _tickets()
    ]  # fmt: skip


def _users() -> list[Row]:
    asked = {t["Requester id"]: t["Requester email"] for t in _tickets()}
    return [{"id": 5, "email": "agent@example.com", "role": "agent"}] + [
        {"id": who, "email": address, "role": "end-user"} for who, address in asked.items()
    ]


def _comments() -> list[Row]:
    """The customer's own, and one or three replies."""
    rows: list[Row] = []
    for t in _tickets():
        for who in [t["Requester id"], *[5] * int(str(t["Replies"]))]:
            rows.append(
                {"id": len(rows), "ticket_id": t["Id"], "created": t["Created at"], "public": "true", "user_id": who}
            )
    return rows


def _history() -> list[Row]:
    return [
        {"ticket_id": t["Id"], "field_name": "status", "updated": t["Solved at"], "value": "solved", "user_id": 5}
        for t in _tickets()
    ]


def _answers() -> list[Row]:
    rng = np.random.default_rng(6)
    first = {customer: at for customer, at, _ in reversed(purchases())}
    return [
        {"#": f"r{who}", "How likely are you to recommend us?": int(rng.integers(0, 11)), "Your e-mail": mail(who),
         "Start Date (UTC)": f"{at + pd.Timedelta(days=9):%Y-%m-%d %H:%M:%S}",
         "Submit Date (UTC)": f"{at + pd.Timedelta(days=9):%Y-%m-%d %H:%M:%S}", "Network ID": f"n{who}"}
        for who, at in sorted(first.items())
    ]  # fmt: skip


MADE: dict[str, Callable[[], list[Row]]] = {
    "shopify_orders": lambda: _orders(
        lambda n, who, at, paid: {"Name": f"#{n}", "Email": mail(who), "Financial Status": "paid", "Currency": "EUR",
                                  "Total": paid, "Created at": f"{at:%Y-%m-%d %H:%M:%S} +0100", "Lineitem name": "Beans",
                                  "Lineitem quantity": 1, "Lineitem price": paid, "Refunded Amount": 0}),
    "woocommerce_orders": lambda: _orders(
        lambda n, who, at, paid: {"order_id": n, "order_number": n, "order_date": f"{at:%m/%d/%Y %H:%M:%S}",
                                  "status": "completed", "discount_total": 0, "order_total": paid, "order_currency": "EUR",
                                  "customer_id": 0, "customer_email": mail(who)}),
    "stripe_payments": lambda: _orders(
        lambda n, who, at, paid: {"id": f"ch_{n}", "Created date (UTC)": f"{at:%Y-%m-%d %H:%M:%S}", "Amount": f"{paid}.00",
                                  "Amount Refunded": "0.00", "Currency": "eur", "Mode": "Live", "Status": "Paid",
                                  "Customer ID": f"cus_{who}", "Customer Email": mail(who), "Captured": "true"}),
    "stripe_charges_api": lambda: _orders(
        lambda n, who, at, paid: {"id": f"ch_{n}", "created": f"{at:%Y-%m-%d %H:%M:%S}.000", "amount": paid * 100,
                                  "currency": "eur", "status": "succeeded", "customer_id": f"cus_{who}",
                                  "amount_refunded": 0, "invoice_id": f"in_{n}"}),
    "shopify_order_tables": lambda: _orders(
        lambda n, who, at, paid: {"id": n, "email": mail(who), "currency": "EUR", "total_price": paid,
                                  "current_total_price": paid, "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                                  "financial_status": "paid", "test": "false", "customer_id": who}),
    "shopify_order_graphql_tables": lambda: _orders(
        lambda n, who, at, paid: {"id": n, "email": mail(who), "currency_code": "EUR", "total_price_set_shop_amount": paid,
                                  "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "display_financial_status": "PAID",
                                  "test": "false", "customer_id": who}),
    "hubspot_deals": lambda: _orders(
        lambda n, who, at, paid: {"Record ID": n, "Deal Name": f"Deal {n}", "Deal Stage": "Closed Won (Sales Pipeline)",
                                  "Amount": paid * 100, "Close Date": f"{at:%Y-%m-%d %H:%M}",
                                  "Create Date": f"{at:%Y-%m-%d %H:%M}", "Associated Company IDs (Primary)": 7000 + who}),
    "stripe_subscriptions": lambda: _subscribed(
        lambda who, start, end: {"id": f"sub_{who}", "Customer ID": f"cus_{who}", "Customer Email": mail(who), "Quantity": 1,
                                 "Currency": "eur", "Interval": "month", "Amount": "9.90",
                                 "Status": "canceled" if end else "active", "Created (UTC)": f"{start:%Y-%m-%d %H:%M}",
                                 "Start (UTC)": f"{start:%Y-%m-%d %H:%M}", "Canceled At (UTC)": end,
                                 "Ended At (UTC)": end}, "%Y-%m-%d %H:%M"),
    "stripe_subscription_tables": lambda: _subscribed(
        lambda who, start, end: {"id": f"s{who}", "customer": f"cus_{who}", "status": "canceled" if end else "active",
                                 "created": int(start.timestamp()), "start_date": int(start.timestamp()), "canceled_at": "",
                                 "cancel_at_period_end": "false", "quantity": 1, "livemode": "true",
                                 "ended_at": int(pd.Timestamp(end).timestamp()) if end else ""}, "%Y-%m-%d %H:%M"),
    "recurly_subscriptions": lambda: _subscribed(
        lambda who, start, end: {"id": f"r{who}", "account_id": f"a{who}", "plan_id": "p1",
                                 "state": "expired" if end else "active", "activated_at": f"{start:%Y-%m-%d %H:%M:%S}",
                                 "canceled_at": end, "expires_at": end, "auto_renew": "true", "currency": "EUR",
                                 "unit_amount": "9.9", "quantity": 1, "expiration_reason": ""}, "%Y-%m-%d %H:%M:%S"),
    "chargebee_subscriptions": lambda: _subscribed(
        lambda who, start, end: {"id": f"c{who}", "customer_id": f"k{who}", "activated_at": f"{start:%Y-%m-%d %H:%M:%S}",
                                 "cancelled_at": end}, "%Y-%m-%d %H:%M:%S"),
    "zendesk_tickets": _tickets,
    "zendesk_ticket_tables": _ticket_tables,
    "typeform_nps": _answers,
}  # fmt: skip

BESIDE: dict[str, dict[str, Callable[[], list[Row]]]] = {
    "zendesk_ticket_tables": {"user": _users, "ticket_comment": _comments, "ticket_field_history": _history},
}
"""Tables that a loader writes beside it."""

REPORTS = {
    "google_ads": (["Campaign report", '"January 1, 2021 - June 30, 2024"', "Day,Campaign status,Campaign,Currency code,Clicks,Cost"],
                   "{day:%Y-%m-%d},Enabled,Brand,EUR,30,900.00", "Total: Account,,--,EUR,1,37800.00"),
    "google_ads_german": (["Tag;Kampagne;Währungscode;Kosten"], "{day:%d.%m.%Y};Marke;EUR;900,00", "Gesamt;--;EUR;37.800,00"),
    "meta_ads": (["Reporting starts,Reporting ends,Campaign name,Ad set name,Amount spent (EUR),Impressions,Link clicks"],
                 "{day:%Y-%m-%d},{end:%Y-%m-%d},Spring,All,900.00,900,30", "2021-01-01,2024-06-30,,,37800.00,9,9"),
}  # fmt: skip
"""Lines before the rows, a row a month, the row of totals."""


def write(layout: str, file: Path) -> None:
    """Write the shop in this layout, and what stands beside it."""
    for name, made in BESIDE.get(layout, {}).items():
        pd.DataFrame(made()).to_csv(file.parent / f"{name}.csv", index=False)
    if layout in REPORTS:
        head, row, total = REPORTS[layout]
        months = pd.date_range("2021-01-01", LAST, freq="MS")
        lines = [row.format(day=day, end=day + pd.offsets.MonthEnd()) for day in months]
        file.write_text("\n".join([*head, *lines, total, ""]), encoding="utf-8")
        return
    with (paths.MAPPINGS / f"{layout}.csv").open(encoding="utf-8", newline="") as sample:
        heading = next(csv.reader(sample))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, heading, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(MADE[layout]())
