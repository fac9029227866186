"""Comments on two small Stack Exchange sites: at the tenth comment a member is given the badge "Commentator".

A public threshold with what came before it: an analogue of a tier and none, since volunteers earn a word and no money.
Every other number of comments from six to twenty is held against the same members as a threshold that does not exist.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "stackexchange_badges"
SITES = ("beer", "quantumcomputing")
COMMENTS, COMMENTATORS = {"beer": 3_943, "quantumcomputing": 3_413}, {"beer": 72, "quantumcomputing": 55}
BADGE = "Commentator"
REAL = 10
DAY, AFTER = timedelta(days=1), timedelta(days=90)
NOON, SATURDAY = 12, 5
PLACEBOS = tuple(k for k in range(6, 21) if k != REAL)

CONTEXT = Context.public(
    source="Stack Exchange badges",
    population="members of two small question-and-answer sites who wrote ten comments or more",
    period="January 2014 to May 2022 and March to September 2018",
    outcome="days to the next comment",
    contrast="nearer the tenth comment against further from it, the same member",
    indirect="volunteers who earn a badge, not customers who earn a tier; comments, not purchases",
)


files = partial(
    public_files, NAME, *(f"stackexchange_{site}_{table}.xml" for site in SITES for table in ("Comments", "Badges"))
)


def read(path: Path) -> pd.DataFrame:
    """One row an element, attributes as text."""
    from xml.etree import ElementTree

    return pd.DataFrame([element.attrib for element in ElementTree.parse(path).getroot()])


def check_facts(site: str, comments: pd.DataFrame, badges: pd.DataFrame) -> None:
    """Assert rows, badges given, and that whoever still has ten comments has the badge."""
    require_fact(NAME, f"comments on {site}", COMMENTS[site], len(comments))
    holders = set(badges.loc[badges["Name"] == BADGE, "UserId"])
    require_fact(NAME, f"commentators on {site}", COMMENTATORS[site], len(holders))
    written = comments["UserId"].value_counts()
    require_fact(
        NAME, f"ten comments without the badge on {site}", 0, len(set(written[written >= REAL].index) - holders)
    )


def of_members(site: str, comments: pd.DataFrame) -> pd.DataFrame:
    """Comments whose member still has an account."""
    deleted = ("account deleted", lambda t: t["UserId"].isna())
    return kept(NAME, f"comments on {site}", "comments", comments, deleted)


def first_comments(site: str, log: pd.DataFrame) -> pd.DataFrame:
    """First comment of each member that is followed for 90 days; columns UserId and at, in the order of time."""
    until = log["at"].max() - AFTER
    return kept(
        NAME,
        f"first comments on {site}",
        "comments of members",
        log,
        ("not the member's first", lambda t: t.duplicated("UserId")),
        (f"of the site's last {AFTER.days} days", lambda t: ~(t["at"] <= until)),
    )


def approach_table(by_site: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Waits between comments of members who reached a threshold, for the real one and each that does not exist.

    Comments without a member (deleted accounts) are left out. The wait after the k-th comment began with k of all the
    comments that the threshold takes. What each threshold does not concern is not left out and stands in no ledger.
    """
    parts = []
    for site, comments in by_site.items():
        known = of_members(site, comments)
        at = pd.to_datetime(known["CreationDate"], format="ISO8601")
        parts.append(pd.DataFrame({"member": site + " " + known["UserId"], "at": at}))
    table = pd.concat(parts).sort_values(["member", "at"], kind="stable")
    table["unit_id"] = pd.factorize(table["member"], sort=True)[0]
    by = table.groupby("unit_id")
    table = table.assign(
        wait=by.cumcount(),
        written=by["at"].transform("size"),
        gap_days=(by["at"].shift(-1) - table["at"]).dt.total_seconds() / 86_400,
        month=(table["at"].dt.year - 2014) * 12 + table["at"].dt.month - 1,
    )
    runs = []
    for threshold in (REAL, *PLACEBOS):
        run = table[(table["written"] >= threshold) & (table["wait"] < threshold - 1)]
        runs.append(
            run.assign(
                cycle=threshold,
                progress=(run["wait"] + 1) / threshold,
                reached=1,
                placebo=int(threshold != REAL),
                threshold=f"{threshold:02d} comments",
            )
        )
    columns = ["unit_id", "cycle", "wait", "progress", "gap_days", "reached", "month", "placebo", "threshold"]
    return pd.concat(runs, ignore_index=True)[columns]


def answered_table(by_site: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """First comments of members: whether somebody wrote on the same post within a day, and whether they wrote elsewhere after.

    Columns of frame ``exposure``. Elsewhere is another post, later than the day and within 90 days; first comments of the
    last 90 days of a site are left out, and so are comments without a member.
    """
    parts = []
    for site, comments in by_site.items():
        log = of_members(site, comments)[["PostId", "UserId", "CreationDate", "Text"]].copy()
        log["at"] = pd.to_datetime(log["CreationDate"], format="ISO8601")
        log = log.sort_values("at", kind="stable").reset_index(drop=True)
        first = first_comments(site, log)
        by_post = dict(tuple(log.groupby("PostId")))
        by_user = dict(tuple(log.groupby("UserId")))
        for row in first.itertuples():
            others = by_post[row.PostId]
            before = others[others["at"] < row.at]
            answers = others[(others["UserId"] != row.UserId) & others["at"].gt(row.at) & others["at"].le(row.at + DAY)]
            later = by_user[row.UserId]
            away = later[
                (later["PostId"] != row.PostId) & later["at"].gt(row.at + DAY) & later["at"].le(row.at + AFTER)
            ]
            parts.append(
                {
                    "treated": int(len(answers) > 0),
                    "outcome": float(len(away) > 0),
                    "post": f"{site} {row.PostId}",
                    "stratum": site,
                    "x_log_length": np.log(len(row.Text)),
                    "x_before": np.log1p(len(before)),
                    "x_day_before": float((before["at"] >= row.at - DAY).any()),
                    "x_evening": float(row.at.hour >= NOON),
                    "x_weekend": float(row.at.dayofweek >= SATURDAY),
                    "x_month": (row.at.year - 2014) * 12 + row.at.month,
                }
            )
    table = pd.DataFrame(parts)
    table.insert(0, "unit_id", range(len(table)))
    table["cluster"] = pd.factorize(table.pop("post"), sort=True)[0]
    return table.astype({"x_month": float})


@cache
def load() -> dict[str, pd.DataFrame]:
    """Comments by site, checked."""
    paths = iter(files())
    found = {}
    for site in SITES:
        comments, badges = read(next(paths)), read(next(paths))
        check_facts(site, comments, badges)
        found[site] = comments
    return found


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="members of two small question-and-answer sites on the web, 2014 to 2022",
        publisher="Stack Exchange Inc., data dumps of beer.stackexchange.com and quantumcomputing.stackexchange.com",
        citation="Stack Exchange data dump, June 2022 (beer) and September 2018 (quantum computing)",
        licence="CC BY-SA 3.0 and 4.0",
        accessed="November 2026",
        row="one comment; one badge given",
        defects=(
            "comments that were deleted are missing but counted for the badge: thirteen hold it with fewer than ten left, and "
            "some got it before the tenth that is left",
            "at every threshold there is more activity after than before it: users who go on are those who grow",
        ),
        not_for=("tiers of a programme: a badge costs nothing and gives nothing", "customers: members are volunteers"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "tier_approach": Framed(approach_table),
        "exposure": Framed(
            answered_table,
            population="members of two small question-and-answer sites at their first comment",
            outcome="1 if the member comments on another post within 90 days",
            contrast="another member wrote on the same post within a day less nobody did",
            indirect="members who write for nothing, not customers",
        ),
    },
    answers={
        "online-relationships-retain": (Answer("exposure", {"quantity": "retention_gap_answered"}),),
        "tiers-accelerate-spend": (
            Answer(
                "tier_approach",
                {"quantity": "pace_per_step"},
                doubt="a badge is no tier, those who wait for it are volunteers, and some hundred of them reached it",
            ),
        ),
    },
)
