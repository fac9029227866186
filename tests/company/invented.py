"""An invented shop with all ten tables, small and the same on every machine: texts, as a CSV file holds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FIRST, LAST = pd.Timestamp("2020-01-01"), pd.Timestamp("2024-12-31")
N_DAYS = (LAST - FIRST).days
TOML = (
    '[company]\nname = "Acme"\ncurrency = "EUR"\nend_of_observation = "2024-12-31"\nmargin = 0.3\ndiscount_rate = 0.1\n'
)


def tables(seed: int = 1, n: int = 240) -> dict[str, pd.DataFrame]:
    """All ten tables as texts; empty cells are empty texts."""
    rng = np.random.default_rng(seed)
    ids = [f"c{i:04d}" for i in range(n)]
    joined = rng.integers(0, N_DAYS - 200, n)
    made = {
        "transactions": _transactions(rng, ids, joined),
        "customers": pd.DataFrame({"customer_id": ids, "joined_at": _days(joined), "channel": "web"}),
        "subscriptions": _subscriptions(rng, ids, joined),
        "spending": _spending(rng),
        "memberships": _memberships(rng, ids, joined),
        "points": _points(rng, ids, joined),
        "tickets": _tickets(rng, ids, joined),
        "surveys": _surveys(rng, ids, joined),
        "campaigns": _campaigns(rng, ids),
        "referrals": _referrals(rng, ids, joined),
    }
    return {name: table.astype(str).replace({"nan": "", "None": "", "NaT": ""}) for name, table in made.items()}


def write(place: Path, made: dict[str, pd.DataFrame], toml: str = TOML) -> Path:
    """Write the tables as CSV files with a company.toml."""
    for name, table in made.items():
        table.to_csv(place / f"{name}.csv", index=False)
    (place / "company.toml").write_text(toml, encoding="utf-8")
    return place


def _days(numbers: np.ndarray) -> list[str]:
    return [str((FIRST + pd.Timedelta(days=int(d))).date()) for d in numbers]


def _transactions(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for customer, start in zip(ids, joined, strict=True):
        pace = rng.gamma(2, 12) + 5
        stops = start + rng.exponential(900)
        day = float(start)
        while day < min(stops, N_DAYS):
            amount = round(float(rng.gamma(3, 8)) + 1, 2)
            rows.append((customer, int(day), amount))
            if rng.random() < 0.06:
                rows.append((customer, int(day) + int(rng.integers(0, 3)), -amount))
            day += rng.exponential(pace) + 0.5
    table = pd.DataFrame(rows, columns=["customer_id", "at", "amount"])
    table["at"] = _days(np.minimum(table["at"], N_DAYS))
    return table


def _subscriptions(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for customer, begun in list(zip(ids, joined, strict=True))[: int(len(ids) * 0.8)]:
        start, price = int(begun), float(rng.integers(8, 20))
        term = float(rng.choice([0, 6, 12, 24]))
        for epoch in range(6):
            lasted = int(rng.choice([365, 365, 180])) + int(rng.integers(0, 3))
            stops = rng.random() < 0.25
            end = start + (int(rng.integers(10, lasted)) if stops else lasted)
            reason = (
                str(rng.choice(["service", "competitor", "price", "moved", "involuntary", ""])) if stops else "renewed"
            )
            running = end > N_DAYS
            market = price * float(rng.uniform(0.8, 1.2))
            auto = str(rng.choice(["true", "false"])) if epoch == 0 else rows[-1][6]
            rows.append(
                (
                    customer,
                    start,
                    None if running else end,
                    price,
                    round(market, 2),
                    term,
                    auto,
                    None if running else reason,
                )
            )
            if running or stops:
                break
            start, price = end, round(price * float(rng.choice([1.0, 1.05, 1.15])), 2)
        if running is False and stops and rng.random() < 0.3 and end + 60 < N_DAYS:
            rows.append((customer, end + 60, None, price, "", 0, "false", None))
    columns = [
        "customer_id",
        "started_at",
        "ended_at",
        "price",
        "market_price",
        "term_months",
        "auto_renew",
        "end_reason",
    ]
    table = pd.DataFrame(rows, columns=columns)
    table["started_at"] = _days(table["started_at"])
    table["ended_at"] = [_days([d])[0] if d == d and d is not None else "" for d in table["ended_at"]]
    return table


def _spending(rng: np.random.Generator) -> pd.DataFrame:
    months = pd.date_range("2020-01-01", "2024-12-01", freq="MS").strftime("%Y-%m-%d")
    rows = [(m, p, round(float(rng.uniform(50, 500)), 2)) for m in months for p in ("acquisition", "retention")]
    return pd.DataFrame(rows, columns=["period_start", "purpose", "amount"])


def _memberships(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for customer, begun in zip(ids[::2], joined[::2], strict=True):
        start = int(begun + rng.integers(100, 900))
        if start > N_DAYS - 300:
            continue
        amount = float(rng.uniform(0, 400))
        rows.append((customer, "basic", start, start + 365, 0, round(amount * 0.2, 2), 0))
        tier, threshold, benefit = (
            ("gold", 300, 60) if amount >= 300 else ("silver", 100, 20) if amount >= 100 else ("basic", 0, 0)
        )
        rows.append((customer, tier, start + 365, None, threshold, round(amount, 2), benefit))
    for customer, begun in zip(ids[1::4], joined[1::4], strict=True):
        start = int(begun + rng.integers(250, 900))
        if start < N_DAYS - 200:
            rows.append((customer, "subscription", start, None, "", "", ""))
    columns = ["customer_id", "tier", "from_at", "to_at", "threshold", "qualifying_amount", "benefit_value"]
    table = pd.DataFrame(rows, columns=columns)
    table = table[table["from_at"] < N_DAYS]
    table["from_at"] = _days(table["from_at"])
    table["to_at"] = [_days([d])[0] if d == d and d is not None else "" for d in table["to_at"]]
    return table


def _points(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for customer, begun in zip(ids[::2], joined[::2], strict=True):
        limit = str(rng.choice(["none", "weekends"]))
        for _ in range(int(rng.integers(1, 6))):
            day = int(begun + rng.integers(0, 600))
            rows.append((customer, day, int(rng.integers(10, 200)), "earn", limit))
            if rng.random() < 0.4:
                rows.append((customer, day + int(rng.integers(5, 200)), -int(rng.integers(5, 100)), "redeem", ""))
    table = pd.DataFrame(rows, columns=["customer_id", "at", "points", "kind", "restriction"])
    table = table[table["at"] < N_DAYS].copy()
    table["at"] = _days(table["at"])
    return table


def _tickets(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for customer, begun in zip(ids, joined, strict=True):
        for _ in range(int(rng.integers(0, 6))):
            opened = FIRST + pd.Timedelta(days=int(rng.integers(begun, N_DAYS)), hours=int(rng.integers(0, 24)))
            hours = float(rng.exponential(30)) + 0.1
            settled = opened + pd.Timedelta(hours=round(hours, 2))
            rows.append(
                (
                    f"t{len(rows)}",
                    customer,
                    opened.strftime("%Y-%m-%d %H:%M"),
                    settled.strftime("%Y-%m-%d %H:%M") if rng.random() < 0.9 else "",
                    int(rng.integers(1, 5)),
                    str(rng.choice(["true", "false", ""])),
                    int(rng.integers(1, 4)),
                    str(rng.choice(["complaint", "failure", "question"])),
                    int(rng.integers(0, 5)),
                )
            )
    columns = [
        "ticket_id",
        "customer_id",
        "opened_at",
        "resolved_at",
        "contacts",
        "resolved_first_contact",
        "priority",
        "category",
        "severity",
    ]
    return pd.DataFrame(rows, columns=columns)


def _surveys(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for wave in range(6):
        day = 400 + 180 * wave
        for number, customer in enumerate(ids):
            if joined[number] > day or rng.random() < 0.5:
                continue
            drawn, team = wave % 2 == 0, f"team {number % 6}"
            score = int(rng.integers(0, 11)) if rng.random() < 0.7 else ""
            rows.append((customer, day, "nps", score, drawn, team, ""))
            if not drawn:
                rows.append((customer, day, "csat", int(rng.integers(1, 6)), False, team, ""))
                rows.append((customer, day, "ces", int(rng.integers(1, 8)), False, team, ""))
                for item in ("trust", "quality_product", "quality_service", "works", "price"):
                    rows.append((customer, day, "csat", int(rng.integers(1, 6)), False, team, item))
    columns = ["customer_id", "at", "instrument", "score", "invited_at_random", "team", "item"]
    table = pd.DataFrame(rows, columns=columns)
    table["at"] = _days(table["at"])
    return table


FAMILIES = ("proactive", "winback", "message", "access", "game", "community", "consistency", "ease", "feedback",
            "subscription", "programme", "referral")  # fmt: skip


_ARMS = {"message": ["matched", "mismatched", "control"], "programme": ["points", "cashback", "control"]}


def _campaigns(rng: np.random.Generator, ids: list[str]) -> pd.DataFrame:
    rows = []
    for number, family in enumerate(FAMILIES):
        for wave in range(1 + number % 2):
            day = 500 + 40 * number + 300 * wave
            for customer in ids:
                if rng.random() < 0.3:
                    continue
                arms = _ARMS.get(family, ["offer", "control"])
                arm = str(rng.choice(arms))
                for contact in range(1 if arm == "control" else int(rng.integers(1, 4))):
                    answered = arm != "control" and rng.random() < 0.2
                    rows.append(
                        (
                            f"{family}-{wave}",
                            customer,
                            day + 7 * contact,
                            arm,
                            round(float(rng.random()), 3),
                            round(float(rng.uniform(0.5, 2)), 2) if arm != "control" else "",
                            rng.random() < 0.03,
                            answered,
                        )
                    )
    columns = ["campaign_id", "customer_id", "at", "arm", "at_risk_score", "cost", "unsubscribed", "responded"]
    table = pd.DataFrame(rows, columns=columns)
    table["at"] = _days(table["at"])
    return table


def _referrals(rng: np.random.Generator, ids: list[str], joined: np.ndarray) -> pd.DataFrame:
    rows = []
    for number in range(3, len(ids), 3):
        earlier = [i for i in range(len(ids)) if joined[i] < joined[number]]
        if earlier:
            rows.append((ids[int(rng.choice(earlier))], ids[number], _days([joined[number]])[0]))
    return pd.DataFrame(rows, columns=["referrer_id", "referred_id", "at"])
