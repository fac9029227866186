"""Who pays for a queue order: what the favoured gain in waiting time, and what all others lose."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.aggregate.queue_simulation import URGENT, simulate_waits
from analysis.frames import Frame

WORST_LOSS_PERCENT = 5.0
"""If the others wait more than this per cent longer, the order takes from them what it gives."""


def check_who_pays(
    frame: Frame, claim: Claim, *, utilisation: float = 0.9, n_servers: int | None = None
) -> CheckResult:
    """Mean waiting time under both orders, urgent tickets and all others; passed if the others hardly wait longer."""
    waits = simulate_waits(frame, utilisation, n_servers)
    urgent = (frame.table["priority"] <= URGENT).to_numpy()
    rows = []
    for words, chosen in (("urgent", urgent), ("others", ~urgent), ("all", urgent | True)):
        if chosen.any():
            before, after = float(waits.first_come[chosen].mean()), float(waits.by_value[chosen].mean())
            rows.append(
                {"tickets": words, "n": int(chosen.sum()), "first come, hours": before, "by value, hours": after}
            )
    by_name = {row["tickets"]: row for row in rows}
    others = by_name.get("others", by_name["all"])
    before, after = float(others["first come, hours"]), float(others["by value, hours"])  # type: ignore[arg-type]
    longer = 100 * (after / before - 1) if before > 0 else (0.0 if after == 0 else float("inf"))
    longest = float(waits.by_value.max())
    return CheckResult(
        name="what the others wait longer",
        passed=longer <= WORST_LOSS_PERCENT,
        sentence=f"The others wait {number(after)} hours on average instead of {number(before)} ({number(longer)} % longer); "
        f"the longest wait is {number(longest)} hours instead of {number(float(waits.first_come.max()))}.",
        table=tuple(rows),
    )
