"""Incident log: 24,918 IT tickets of one company, 141,712 logged states, opened February 2016 to February 2017."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "incident_log"
MEMBER = "incident_event_log.csv"
AT_WORK = ("New", "Active")
"""States in which the desk has the ticket; in the others it waits for somebody else or is done."""

VALUE_OF_IMPACT = {"1 - High": 3.0, "2 - Medium": 2.0, "3 - Low": 1.0}
"""No customer has a value here: the recorded impact stands in for it."""

LONGEST_HANDLING_HOURS = 8.0
"""States are logged when somebody writes: longer spells without an entry are waiting, not work."""

CONTEXT = Context.public(
    source="IT incident log",
    population="tickets of an IT company's internal service desk",
    period="opened February 2016 to February 2017",
    outcome="ticket opened again",
    contrast="tickets closed within the service level against tickets closed beyond it",
)


files = partial(public_files, NAME, "incident_event_log.csv.zip")


def read_log(path: Path) -> pd.DataFrame:
    """Read the log, times parsed, in the file's order."""
    log = read_csv(path, member=MEMBER)
    for column in ("opened_at", "sys_updated_at"):
        log[column] = pd.to_datetime(log[column], format="%d/%m/%Y %H:%M", errors="coerce")
    return log


def check_facts(log: pd.DataFrame) -> None:
    """Assert what the repository's page says: 141,712 events, 24,918 incidents, 36 attributes, all closed."""
    require_fact(NAME, "events", 141_712, len(log))
    require_fact(NAME, "incidents", 24_918, log["number"].nunique())
    require_fact(NAME, "attributes", 36, len(log.columns))
    require_fact(NAME, "last states", {"Closed"}, set(log.groupby("number")["incident_state"].last()))


load_log = load_once(files, read_log, check_facts)


def queue_table(log: pd.DataFrame) -> pd.DataFrame:
    """Tickets with arrival, logged work, urgency and impact.

    Handling is the time between entries while the desk had the ticket, each spell cut at eight hours. Left out: the few
    tickets opened outside March to May 2016, and those without any logged work.
    """
    spell = (log.groupby("number")["sys_updated_at"].shift(-1) - log["sys_updated_at"]).dt.total_seconds() / 3600
    work = spell.clip(0, LONGEST_HANDLING_HOURS).where(log["incident_state"].isin(AT_WORK), 0.0)
    tickets = log.assign(work=work).groupby("number", sort=False)
    table = tickets.agg(opened_at=("opened_at", "first"), work=("work", "sum"), priority=("priority", "first"))
    table["value"] = tickets["impact"].first().map(VALUE_OF_IMPACT)
    table = kept(
        NAME,
        "queue",
        "tickets",
        table,
        ("opened outside March to May 2016", lambda t: ~t["opened_at"].between("2016-03-01", "2016-05-31 23:59")),
        ("no work on record", lambda t: ~(t["work"] > 0)),
    )
    return pd.DataFrame(
        {
            "unit_id": range(len(table)),
            "arrival_hours": (table["opened_at"] - table["opened_at"].min()).dt.total_seconds().to_numpy() / 3600,
            "handling_hours": table["work"].to_numpy(),
            "priority": table["priority"].str[0].astype(int).to_numpy(),
            "value": table["value"].to_numpy(),
        }
    )


def sla_table(log: pd.DataFrame) -> pd.DataFrame:
    """Service level as recorded at closing, and whether the ticket had been opened again."""
    tickets = log.groupby("number", sort=False)
    return pd.DataFrame(
        {
            "unit_id": range(tickets.ngroups),
            "treated": tickets["made_sla"].last().astype(bool).astype(int).to_numpy(),
            "outcome": (tickets["reopen_count"].max() > 0).astype(float).to_numpy(),
        }
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an IT company's own service desk, 24,918 tickets of 2016 and 2017",
        publisher="Claudio Amaral, Marcelo Fantinato and Sarajane Peres; UCI Machine Learning Repository, data set 498",
        citation="Amaral, Fantinato & Peres, Incident management process enriched event log, UCI data set 498",
        licence="CC BY 4.0",
        accessed="copy of the repository's file",
        row="one state of one ticket",
        defects=(
            "made_sla turns false only when a ticket is closed, after any reopening",
            "all but a few hundred tickets were opened in March to May 2016",
            "question marks for missing values",
        ),
        not_for=("retention: the callers are employees and cannot leave",),
    ),
    files=files,
    load=lambda: load_log(),
    builders={
        "queue": Framed(
            queue_table,
            design=Design.MODEL,
            period="opened March to May 2016",
            outcome="waiting time",
            contrast="urgency and value first against first come, first served",
            indirect="employees' tickets; recorded impact stands for the customer's value, logged work for handling time",
        ),
        "exposure": Framed(sla_table),
    },
    answers={
        "value-first-queues-pay": (
            Answer("queue", {"quantity": "weighted_wait_change"}),
            Answer("queue", {"quantity": "urgent_wait_change"}),
        ),
    },
    not_identified={
        "first-contact-resolution-retains": NotIdentified(
            reason="The log tells who handled a ticket, not what the caller did afterwards: callers are employees, who can "
            "neither leave nor buy."
        ),
        "prompt-response-retains": NotIdentified(
            reason="The service-level flag turns false only when a ticket is closed, and a ticket that is opened again stays "
            "open longer: missing the level is a consequence of the reopening. Nor can the callers, employees, leave.",
            naive=Answer("exposure", {"quantity": "reopen_odds_ratio", "adjusted": False}),
        ),
    },
)
