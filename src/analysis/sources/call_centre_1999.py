"""A bank's call centre, February 1999: 33,344 calls with class of priority, time in the queue, served or hung up.

Customers of priority 2 are served before those of priority 1. Callers whom the machine did not identify (priority 0) have
next to no time in the queue on record and are no part of the comparison.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "call_centre_1999"
FILE = "data_anonymous_bank_february.txt"

CONTEXT = Context.public(
    source="Anonymous Bank call centre",
    population="identified customers of an Israeli bank who asked for an agent",
    period="February 1999",
    outcome="seconds in the queue; hung up before being served",
    contrast="priority customers against other identified customers in the same hour and business",
)


files = partial(public_files, NAME, FILE)


def check_facts(raw: pd.DataFrame) -> None:
    """Assert calls, days, outcomes, and that calls of priority 0 hardly ever have a time in the queue."""
    require_fact(NAME, "calls", 33_344, len(raw))
    require_fact(NAME, "days", 28, raw["date"].nunique())
    outcomes = dict(sorted(raw["outcome"].value_counts().items()))
    require_fact(NAME, "outcomes", {"AGENT": 27_162, "HANG": 5_904, "PHANTOM": 278}, outcomes)
    regular = raw[(raw["type"] == "PS") & (raw["priority"] == 0)]
    queued = round(float((regular["q_time"] > 0).mean()), 2)
    require_fact(NAME, "share of regular calls of priority 0 with a time in the queue", 0.03, queued)


def waits_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``waits``; phantom calls (neither served nor hung up) and priority 0 are left out.

    The hour is that of leaving the answering machine, at which a caller joins the queue.
    """
    calls = kept(
        NAME,
        "waits",
        "calls",
        raw,
        ("caller not identified (priority 0)", lambda t: ~(t["priority"] > 0)),
        ("neither served nor hung up (phantom)", lambda t: t["outcome"] == "PHANTOM"),
    )
    hour = calls["vru_exit"].str.split(":").str[0]
    return pd.DataFrame(
        {
            "unit_id": range(len(calls)),
            "favoured": (calls["priority"] == 2).astype(int).to_numpy(),
            "wait": calls["q_time"].astype(float).to_numpy(),
            "gave_up": (calls["outcome"] == "HANG").astype(int).to_numpy(),
            "stratum": (calls["type"] + " " + calls["date"].astype(str) + " " + hour).to_numpy(),
            "cluster": calls["date"].astype(int).to_numpy(),
        }
    )


load = load_once(files, partial(read_csv, sep="\t"), check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an Israeli bank's call centre in February 1999, 33,344 calls",
        publisher="Ilan Guedj and Avishai Mandelbaum, Technion",
        citation="Guedj & Mandelbaum, 'Anonymous Bank' call-centre data, Technion; analysed by Brown et al. (2005), "
        "Journal of the American Statistical Association 100, 36-50",
        licence="not stated",
        accessed="November 2026",
        row="one call",
        defects=(
            "calls of priority 0 (not identified by the machine) hardly ever have a time in the queue on record",
            "who hangs up has waited less than he would have had to: means of waiting are cut short, more so for the others",
            "calls of priority customers take a seventh longer, so that the shared queue's wait is a little overstated and with "
            "it what they gain",
            "who has priority, and what for, is the bank's choice and not in the file",
        ),
        not_for=("staying: one month, and nobody is seen to leave the bank",),
    ),
    files=files,
    load=lambda: load(),
    builders={"waits": Framed(waits_table)},
    answers={
        "value-first-queues-pay": tuple(
            Answer("waits", {"quantity": quantity})
            for quantity in ("favoured_wait_change", "others_wait_change", "giving_up_difference")
        ),
    },
    not_identified={
        "prompt-response-retains": NotIdentified(
            reason="One month of calls: nobody is seen to leave the bank. Who hung up calls less often later, but that "
            "holds between customers, who differ, and hardly within one."
        ),
    },
)
