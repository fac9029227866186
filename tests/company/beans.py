"""Exports of one invented shop in the layouts of four products, small and the same on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FIRST, LAST = pd.Timestamp("2021-01-01"), pd.Timestamp("2024-06-30")


def write_exports(place: Path, n: int = 120, seed: int = 5) -> dict[str, int]:
    """Write orders (Shopify), subscriptions (Stripe), tickets (Zendesk) and spending (Google Ads); return rows a file."""
    rng = np.random.default_rng(seed)
    joined = FIRST + pd.to_timedelta(rng.integers(0, 900, n), unit="D")
    mails = [f"person{i:04d}@example.org" for i in range(n)]
    made = {
        "orders_export_1.csv": _orders(rng, mails, joined),
        "subscriptions.csv": _subscriptions(rng, mails, joined),
        "tickets-2024.csv": _tickets(rng, mails, joined),
    }
    for name, table in made.items():
        table.to_csv(place / name, index=False)
    months = pd.date_range(FIRST, LAST, freq="MS")
    lines = [f"{month:%Y-%m-%d},Enabled,Brand,EUR,{int(rng.integers(500, 900))}.00" for month in months]
    head = ["Campaign report", '"1 January 2021 - 30 June 2024"', "Day,Campaign status,Campaign,Currency code,Cost"]
    (place / "Campaign report.csv").write_text("\n".join([*head, *lines, ",Total: Account,--,EUR,99999.00", ""]))
    return {name: len(table) for name, table in made.items()} | {"Campaign report.csv": len(lines) + 1}


def _orders(rng: np.random.Generator, mails: list[str], joined: pd.DatetimeIndex) -> pd.DataFrame:
    rows, number = [], 1000
    for mail, start in zip(mails, joined, strict=True):
        at, pace = start, rng.gamma(3, 25) + 10
        while at < LAST:
            number += 1
            status = str(rng.choice(["paid", "refunded", "partially_refunded", "voided"], p=[0.9, 0.04, 0.04, 0.02]))
            total = float(rng.integers(10, 90))
            back = {"refunded": total, "partially_refunded": total / 2}.get(status, 0.0)
            for line in range(int(rng.integers(1, 4))):
                first = line == 0
                rows.append(
                    {
                        "Name": f"#{number}",
                        "Email": mail.title() if number % 2 else mail,
                        "Financial Status": status if first else "",
                        "Currency": "EUR" if first else "",
                        "Total": f"{total:.2f}" if first else "",
                        "Created at": f"{at:%Y-%m-%d} 12:00:00 +0100",
                        "Lineitem name": "Beans",
                        "Lineitem price": "5.00",
                        "Cancelled at": f"{at:%Y-%m-%d} 13:00:00 +0100" if first and status == "voided" else "",
                        "Refunded Amount": f"{back:.2f}" if first else "",
                    }
                )
            if rng.random() < 0.12:
                break
            at = at + pd.Timedelta(days=1 + int(rng.exponential(pace)))
    return pd.DataFrame(rows)


def _subscriptions(rng: np.random.Generator, mails: list[str], joined: pd.DatetimeIndex) -> pd.DataFrame:
    rows = []
    for i, (mail, start) in enumerate(zip(mails, joined, strict=True)):
        end = start + pd.DateOffset(months=int(rng.geometric(0.06)))
        gone = end <= LAST
        status = (
            "canceled" if gone else str(rng.choice(["active", "trialing", "incomplete_expired"], p=[0.9, 0.05, 0.05]))
        )
        rows.append(
            {
                "id": f"sub_{i}",
                "Customer ID": f"cus_{i}",
                "Customer Email": mail,
                "Quantity": 1,
                "Currency": "eur",
                "Interval": "month",
                "Amount": "9.90",
                "Status": status,
                "Created (UTC)": f"{start:%Y-%m-%d} 08:00",
                "Start (UTC)": f"{start:%Y-%m-%d} 08:00",
                "Canceled At (UTC)": f"{end - pd.Timedelta(days=9):%Y-%m-%d} 08:00" if gone else "",
                "Ended At (UTC)": f"{end:%Y-%m-%d} 08:00" if gone else "",
            }
        )
    return pd.DataFrame(rows)


def _tickets(rng: np.random.Generator, mails: list[str], joined: pd.DatetimeIndex) -> pd.DataFrame:
    rows = []
    for k in range(150):
        i = int(rng.integers(0, len(mails)))
        opened = joined[i] + pd.Timedelta(days=int(rng.integers(0, (LAST - joined[i]).days)))
        rows.append(
            {
                "Id": k + 1,
                "Requester id": 9000 + i,
                "Requester email": mails[i],
                "Tags": "defect" if k % 3 else "wismo",
                "Status": "Closed",
                "Priority": "High" if k % 2 else "-",
                "Created at": f"{opened:%Y-%m-%d}T09:00:00Z",
                "Updated at": f"{opened:%Y-%m-%d}T15:00:00Z",
                "Solved at": f"{opened:%Y-%m-%d}T15:00:00Z",
                "Reopens": 0,
                "Replies": int(rng.integers(0, 4)),
            }
        )
    return pd.DataFrame(rows)
