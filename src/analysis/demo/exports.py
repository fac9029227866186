"""Invented exports of a small shop, in the layouts of the products it might use: what an analyst has before anything else.

Customers buy at a gamma-mixed Poisson rate and leave with a beta-mixed chance after each purchase; nothing else is built in.
Headings are those of the samples beside the mappings.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from analysis.core import paths
from analysis.demo.writing import empty_folder

FIRST_DAY, LAST_DAY = date(2023, 1, 2), date(2024, 12, 31)
ORDERS, TICKETS, SURVEY, ADVERTISING = "orders_export.csv", "tickets.csv", "nps_responses.csv", "ad_report.csv"
Rows = list[dict[str, object]]


def write_exports(folder: str | Path, *, n_customers: int = 900, seed: int = 1) -> dict[str, int]:
    """Write orders, tickets, answers to a survey and advertising spend of a shop that does not exist.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; must be empty.
    n_customers : int
        Customers who first buy in the first eighteen months, 100 or more.
    seed : int
        Of all draws: equal seeds give equal files.

    Returns
    -------
    dict
        Name of each file to its rows below the heading.

    Raises
    ------
    UserMistake
        If `folder` holds anything: nothing is overwritten.
    """
    folder = empty_folder(folder)
    rng = np.random.default_rng(seed)
    histories = _histories(rng, n_customers)
    tables = {
        ORDERS: ("shopify_orders", _orders(rng, histories)),
        TICKETS: ("zendesk_tickets", _tickets(rng, histories)),
        SURVEY: ("typeform_nps", _answers(rng, histories)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, (layout, rows) in tables.items():
        _write(folder / file, _heading(layout), rows)
    n_days = _write_advertising(folder / ADVERTISING, rng)
    return {**{file: len(rows) for file, (_, rows) in tables.items()}, ADVERTISING: n_days}


def _histories(rng: np.random.Generator, n_customers: int) -> list[list[date]]:
    """Days of purchase of each customer, the first one included."""
    found = []
    for start in sorted(rng.integers(0, 540, n_customers).tolist()):
        days = [FIRST_DAY + timedelta(days=start)]
        rate, leaves = rng.gamma(1.2, 1 / 60), rng.beta(1.0, 4.0)
        while rng.random() > leaves:
            following = days[-1] + timedelta(days=1 + int(rng.exponential(1 / max(rate, 1e-4))))
            if following > LAST_DAY:
                break
            days.append(following)
        found.append(days)
    return found


def _mail(customer: int) -> str:
    return f"customer{customer:04d}@example.org"


def _orders(rng: np.random.Generator, histories: list[list[date]]) -> Rows:
    """Order lines: what belongs to the order stands on its first line, as in the product's export."""
    dated = sorted((day, customer) for customer, days in enumerate(histories) for day in days)
    spends = rng.gamma(6, 1 / 6, len(histories))
    rows: Rows = []
    for number, (day, customer) in enumerate(dated, start=1001):
        subtotal = round(float(40 * spends[customer] * rng.gamma(4, 1 / 4)) + 5, 2)
        chance = rng.random()
        status = "voided" if chance < 0.01 else "partially_refunded" if chance < 0.04 else "paid"
        at = f"{day} {9 + number % 11:02d}:{number % 60:02d}:00 +0100"
        refunded = round(subtotal / 4, 2) if status == "partially_refunded" else 0.0
        line = {"Name": f"#{number}", "Email": _mail(customer), "Created at": at, "Lineitem quantity": 1}
        order = {
            "Financial Status": status,
            "Paid at": "" if status == "voided" else at,
            "Currency": "EUR",
            "Subtotal": f"{subtotal:.2f}",
            "Shipping": "4.90",
            "Taxes": f"{0.19 * subtotal / 1.19:.2f}",
            "Total": f"{subtotal + 4.9:.2f}",
            "Discount Amount": "0.00",
            "Refunded Amount": f"{refunded:.2f}",
            "Id": 5_000_000 + number,
            "Source": "web",
        }
        first = {"Lineitem name": "Beans", "Lineitem price": f"{0.7 * subtotal:.2f}"}
        second = {"Lineitem name": "Filter", "Lineitem price": f"{0.3 * subtotal:.2f}"}
        rows += [line | order | first, line | second] if number % 3 == 0 else [line | order | first]
    return rows


def _tickets(rng: np.random.Generator, histories: list[list[date]]) -> Rows:
    rows: Rows = []
    for customer, days in enumerate(histories):
        for day in days:
            if rng.random() > 0.12:
                continue
            opened = datetime(day.year, day.month, day.day, 9) + timedelta(days=int(rng.integers(1, 10)))
            solved = opened + timedelta(hours=float(rng.gamma(1.5, 20)))
            once = rng.random() < 0.6
            rows.append(
                {
                    "Requester id": 9000 + customer,
                    "Requester email": _mail(customer),
                    "Tags": "defect" if rng.random() < 0.3 else "wismo",
                    "Status": "Closed",
                    "Priority": ("Low", "Normal", "High")[int(rng.integers(3))],
                    "Created at": f"{opened:%Y-%m-%dT%H:%M:%SZ}",
                    "Updated at": f"{solved:%Y-%m-%dT%H:%M:%SZ}",
                    "Solved at": f"{solved:%Y-%m-%dT%H:%M:%SZ}",
                    "Satisfaction Score": "Good" if once else "Offered",
                    "Reopens": 0,
                    "Replies": 1 if once else 2 + int(rng.integers(3)),
                }
            )
    rows = [row for row in rows if str(row["Updated at"]) <= f"{LAST_DAY}T23:59:59Z"]
    return [{"Summation column": 1, "Id": place, **row} for place, row in enumerate(rows, start=1)]


def _answers(rng: np.random.Generator, histories: list[list[date]]) -> Rows:
    rows: Rows = []
    for customer, days in enumerate(histories):
        if rng.random() > 0.5:
            continue
        asked = min(days[len(days) // 2] + timedelta(days=14), LAST_DAY)
        rows.append(
            {
                "#": f"r{len(rows)}",
                "How likely are you to recommend us?": int(min(10, max(0, round(rng.normal(7.5, 2.2))))),
                "Your e-mail": _mail(customer),
                "Start Date (UTC)": f"{asked} 10:00:00",
                "Submit Date (UTC)": f"{asked} 10:01:00",
                "Network ID": f"n{len(rows)}",
            }
        )
    return rows


def _heading(layout: str) -> list[str]:
    with (paths.MAPPINGS / f"{layout}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _write(path: Path, heading: list[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heading, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_advertising(path: Path, rng: np.random.Generator) -> int:
    """A report with its two title lines and a row of totals, as the product writes it."""
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    spent: Any = rng.gamma(20, 2.0, len(days))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Campaign report"])
        writer.writerow(
            [f"{FIRST_DAY:%B} {FIRST_DAY.day}, {FIRST_DAY.year} - {LAST_DAY:%B} {LAST_DAY.day}, {LAST_DAY.year}"]
        )
        writer.writerow(["Day", "Campaign status", "Campaign", "Currency code", "Clicks", "Cost"])
        for day, cost in zip(days, spent.tolist(), strict=True):
            writer.writerow([day, "Enabled", "Search", "EUR", int(cost), f"{cost:.2f}"])
        writer.writerow(["Total: Campaigns", "", "", "", "", f"{sum(spent):,.2f}"])
    return len(days) + 1
