"""A sample of complaints to the US consumer bureau: closed with relief or with an explanation, disputed or not."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "cfpb_complaints"
FILE = "cfpb_2013_2017.csv"
RELIEF = ("Closed with monetary relief", "Closed with non-monetary relief")
EXPLANATION = "Closed with explanation"
RESPONSE, DISPUTED = "Company response to consumer", "Consumer disputed?"

CONTEXT = Context.public(
    source="CFPB complaints",
    population="complaints about US financial firms, a sample",
    period="mostly 2016",
    outcome="1 if the consumer disputed the firm's answer",
    contrast="closed with relief, in money or otherwise, against closed with an explanation",
    indirect="disputing the firm's answer, not buying again or leaving",
)


files = partial(public_files, NAME, FILE)


def check_facts(raw: pd.DataFrame) -> None:
    """Assert rows, outcomes, and that an answer that never came on time is never disputed: nobody is asked."""
    require_fact(NAME, "complaints", 3_186, len(raw))
    require_fact(NAME, "disputed", 595, int((raw[DISPUTED] == "Yes").sum()))
    late = raw[raw[RESPONSE] == "Untimely response"]
    require_fact(
        NAME,
        "untimely responses, and those asked whether they dispute",
        [26, 0],
        [len(late), int(late[DISPUTED].notna().sum())],
    )


def dispute_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``panel``: complaints within product, a firm a cluster; those nobody was asked about are left out.

    The product is the period: complaints are compared within one, the firm's complaints are not independent.
    """
    used = kept(
        NAME,
        "panel",
        "complaints",
        raw,
        ("closed with neither relief nor explanation", lambda t: ~t[RESPONSE].isin([*RELIEF, EXPLANATION])),
        ("not asked whether it is disputed", lambda t: t[DISPUTED].isna()),
    )
    return pd.DataFrame(
        {
            "unit_id": range(len(used)),
            "period": pd.factorize(used["Product"], sort=True)[0],
            "outcome": 100.0 * (used[DISPUTED] == "Yes").to_numpy(),
            "exposure": used[RESPONSE].isin(RELIEF).astype(float).to_numpy(),
            "cluster": pd.factorize(used["Company"], sort=True)[0],
        }
    )


load = load_once(files, read_csv, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a sample of 3,186 complaints about US financial firms, mostly of 2016",
        publisher="Consumer Financial Protection Bureau; samples in public repositories",
        citation="CFPB Consumer Complaint Database, samples of 2013 to 2017 and of October and November 2014",
        licence="public domain (a work of the US government)",
        accessed="November 2026",
        row="one complaint",
        defects=(
            "how the sample was drawn is not stated; eleven rows occur twice",
            "the sample of 2014 gives 'Yes' or nothing, so that not disputed and not asked are one: it is not used",
            "complaints that end in relief were the better founded ones",
        ),
        not_for=("promptness: an untimely response is never disputed, because nobody is asked",),
    ),
    files=files,
    load=lambda: load(),
    builders={"panel": Framed(dispute_table)},
    answers={
        "recovery-restores-loyalty": (
            Answer(
                "panel",
                {"quantity": "dispute_difference", "unit_effects": False},
                doubt="to dispute an answer is not to leave, and complaints that end in relief were the better founded ones",
            ),
        ),
    },
    not_identified={
        "prompt-response-retains": NotIdentified(
            reason="A response that came too late is never disputed in this file, because the consumer is asked only after a "
            "response: promptness would seem to do harm. Nor does the file follow anybody."
        ),
    },
)
