"""Buffer's paid subscriptions begun from 2020 on, with what failed in their first month and answers on recommending.

Buffer sells a tool that plans posts on social media. Its data analyst left the tables beside his analyses of 2022.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Context, Frame, spec
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import load_once, public, require_fact
from analysis.sources.purchase_log import built, company_of
from analysis.sources.row_ledger import kept

if TYPE_CHECKING:
    import pandas as pd

    from analysis.company.store import Company

    Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]

NAME = "buffer_subscriptions"
END_OF_OBSERVATION = "2022-09-21"
COMPLETE_FROM = "2021-07-01"
"""From here on the analyst takes the counts of posts and failures as complete."""

LANDMARK_DAYS, HALF_YEAR_DAYS = 30, 182
DAYS = ("signup_date", "start_date", "end_date")

CONTEXT = Context.public(
    source="Buffer's subscriptions",
    population="paying customers of a tool for social media whose subscription began in 2020 or later",
    period="January 2020 to September 2022",
)


files = partial(public_files, NAME, "paid_subs.rds", "paid_sub_events.rds", "pendo_nps_responses.rds")


def read(subscriptions: Path, events: Path, scores: Path) -> Tables:
    """The three tables, days as such; what people wrote beside their scores is not read on."""
    answers = read_r_table(scores)[["date", "user_id", "rating"]]
    return _days(read_r_table(subscriptions), *DAYS), read_r_table(events), _days(answers, "date")


def _days(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    import pandas as pd

    start = pd.Timestamp("1970-01-01")
    return table.assign(**{c: start + pd.to_timedelta(table[c].astype("Int64"), unit="D") for c in columns})


def check_facts(subscriptions: pd.DataFrame, events: pd.DataFrame, answers: pd.DataFrame) -> None:
    """Assert sizes, one row a subscription, first and last days, and whole scores from 0 to 10."""
    require_fact(NAME, "subscriptions", [93_982, 93_982], [len(subscriptions), subscriptions["id"].nunique()])
    first_last = [str(subscriptions["start_date"].min().date()), str(subscriptions["start_date"].max().date())]
    require_fact(NAME, "first and last beginning", ["2020-01-01", END_OF_OBSERVATION], first_last)
    require_fact(NAME, "cancelled without a day", 0, int((_cancelled(subscriptions)["end_date"].isna()).sum()))
    require_fact(NAME, "subscriptions with counts", [87_896, 87_896], [len(events), events["id"].nunique()])
    require_fact(NAME, "answers", 7_166, len(answers))
    require_fact(NAME, "scores", [float(score) for score in range(11)], sorted(answers["rating"].unique()))


def _cancelled(subscriptions: pd.DataFrame) -> pd.DataFrame:
    return subscriptions[subscriptions["status"] == "canceled"]


def process(tables: Tables) -> Tables:
    """Paid subscriptions with an account, as the analyst takes them; accounts become numbers in all tables.

    What is left out stands in the ledger.
    """
    import pandas as pd

    subscriptions, events, answers = tables
    second = ("second answer of a day", lambda t: t.duplicated(["user_id", "date"]))
    answers = kept(NAME, "answers", "rows of pendo_nps_responses.rds", answers, second)
    paid = kept(
        NAME,
        "subscriptions",
        "rows of paid_subs.rds",
        subscriptions,
        ("no account", lambda t: t["account_id"].isna()),
        ("on trial", lambda t: t["status"] == "trialing"),
        ("ends before it begins", lambda t: t["end_date"] < t["start_date"]),
    )
    accounts = pd.Index(sorted({*paid["account_id"], *answers["user_id"]}))
    return (
        paid.assign(customer_id=accounts.get_indexer(paid["account_id"])),
        events,
        answers.assign(customer_id=accounts.get_indexer(answers["user_id"])),
    )


load = load_once(files, read, check_facts, process)


@cache
def open_company() -> Company:
    """Subscriptions and answers as a company's tables."""
    subscriptions, _, answers = load()
    return company_of(
        CONTEXT,
        END_OF_OBSERVATION,
        subscriptions=subscriptions[["customer_id", "start_date", "end_date"]].rename(
            columns={"start_date": "started_at", "end_date": "ended_at"}
        ),
        surveys=answers[["customer_id", "date", "rating"]]
        .rename(columns={"date": "at", "rating": "score"})
        .assign(instrument="nps"),
    )


SCORES = replace(
    CONTEXT,
    population="paying customers of a tool for social media who answered how likely they were to recommend it",
    period="answers of April to September 2021",
    outcome="still a subscriber a year later",
)


def later_table(subscriptions: pd.DataFrame, answers: pd.DataFrame, days: int) -> pd.DataFrame:
    """Columns of frame ``scores``: answers of subscribers, and whether a subscription runs so many days later."""
    import pandas as pd

    late = (
        f"not followed for {days} days",
        lambda t: t["date"] + pd.Timedelta(days=days) > pd.Timestamp(END_OF_OBSERVATION),
    )
    seen = kept(NAME, f"answers and {days} days", "answers", answers, late)
    seen = seen.assign(unit_id=range(len(seen)))
    pairs = seen.merge(subscriptions[["customer_id", "start_date", "end_date"]], how="left", on="customer_id")

    def running(after: int) -> pd.Series:
        day = pairs["date"] + pd.Timedelta(days=after)
        runs = (pairs["start_date"] <= day) & (pairs["end_date"].isna() | (pairs["end_date"] > day))
        return runs.groupby(pairs["unit_id"]).any()

    now, then = running(0), running(days)
    none = ("no subscription running on the day", lambda t: ~t.index.isin(now.index[now]))
    table = kept(NAME, f"answers of subscribers and {days} days", "answers", seen.set_index("unit_id"), none)
    return pd.DataFrame(
        {
            "unit_id": table.index,
            "score": table["rating"].to_numpy(float),
            "outcome": then[table.index].astype(int).to_numpy(),
            "cluster": table["customer_id"].to_numpy(),
        }
    )


def build_half_year() -> Frame:
    """The score against still subscribing half a year later."""
    subscriptions, _, answers = load()
    words = replace(
        SCORES, period="answers of April 2021 to January 2022", outcome="still a subscriber half a year later"
    )
    return spec("scores").check(later_table(subscriptions, answers, HALF_YEAR_DAYS), words)


def failure_table(subscriptions: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``exposure``: did a post fail in the first 30 days, and was the subscription cancelled in the next 182.

    An account's first subscription among those begun from July 2021 on, with a post, still there after 30 days and seen for
    the half year after. Held equal: posts in the 30 days, channels paid for, year or month, team, new or old plans, age of
    the account, month of beginning.
    """
    import numpy as np
    import pandas as pd

    landmark, half_year = pd.Timedelta(days=LANDMARK_DAYS), pd.Timedelta(days=HALF_YEAR_DAYS)
    counted = events.drop(columns="account_id")
    used = kept(
        NAME,
        "exposure/failed_posts",
        "subscriptions",
        subscriptions.sort_values(["start_date", "id"], kind="stable"),
        ("begun before counts were complete", lambda t: t["start_date"] < COMPLETE_FROM),
        (
            "not followed for the half year",
            lambda t: t["start_date"] + landmark + half_year > pd.Timestamp(END_OF_OBSERVATION),
        ),
        ("no plan", lambda t: t["plan_id"].isna()),
        ("not the account's first", lambda t: t.duplicated("customer_id")),
        ("gone within 30 days", lambda t: t["end_date"] <= t["start_date"] + landmark),
        ("no counts", lambda t: ~t["id"].isin(counted["id"])),
        ("no post in 30 days", lambda t: ~t["id"].isin(counted.loc[counted["posts_created"] > 0, "id"])),
    )
    used = used.merge(counted, how="left", on="id", validate="one_to_one")
    until = used["start_date"] + pd.Timedelta(days=LANDMARK_DAYS + HALF_YEAR_DAYS)
    return pd.DataFrame(
        {
            "unit_id": range(len(used)),
            "treated": (used["failed_posts"] > 0).astype(int).to_numpy(),
            "outcome": (used["end_date"] <= until).astype(float).to_numpy(),
            "x_log_posts": np.log(used["posts_created"].to_numpy(float)),
            "x_log_channels": np.log(used["quantity"].to_numpy(float).clip(min=1)),
            "x_by_the_year": (used["interval"] == "year").to_numpy(float),
            "x_team": used["plan_id"].str.contains("team").to_numpy(float),
            "x_new_plans": used["plan_id"].str.contains("essentials").to_numpy(float),
            "x_log_account_days": np.log1p((used["start_date"] - used["signup_date"]).dt.days.clip(lower=0)).to_numpy(
                float
            ),
            "x_months_since_first": ((used["start_date"] - pd.Timestamp(COMPLETE_FROM)).dt.days / 30.4).to_numpy(),
        }
    )


def build_failures() -> Frame:
    """A post that failed, and cancelling."""
    subscriptions, events, _ = load()
    context = replace(
        CONTEXT,
        population="paying customers of a tool for social media, 30 days after the first payment",
        period="subscriptions begun from July 2021 to February 2022",
        outcome="cancelled in the following half year",
        contrast="customers of whose posts one or more failed less customers without",
    )
    return spec("exposure").check(failure_table(subscriptions, events), context)


def build_spells() -> Frame:
    """Subscriptions by the year and by the month, as if only the term parted them."""
    import pandas as pd

    subscriptions, _, _ = load()
    known = kept(NAME, "spells", "subscriptions", subscriptions, ("no term", lambda t: t["interval"].isna()))
    until = known["end_date"].fillna(pd.Timestamp(END_OF_OBSERVATION))
    days = (until - known["start_date"]).dt.days.astype(float)
    table = pd.DataFrame(
        {
            "unit_id": range(len(known)),
            "entry_years": 0.0,
            "duration_years": days.clip(lower=0.5).to_numpy() / DAYS_PER_YEAR,
            "event": known["end_date"].notna().astype(int).to_numpy(),
            "cluster": known["customer_id"].to_numpy(),
            "x_by_the_year": (known["interval"] == "year").to_numpy(float),
        }
    )
    words = replace(CONTEXT, outcome="cancelled", contrast="subscriptions by the year against those by the month")
    return spec("spells").check(table, words)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="paid subscriptions at Buffer, a tool for planning posts on social media, begun from 2020 to 2022",
        publisher="Julian Winternheimer, data analyst of Buffer, beside his analyses of January and September 2022",
        citation="Winternheimer (2022), Churn Research; Analysis of NPS Survey Responses; repository jwinternheimer/data-blog",
        licence="the site puts its posts under CC BY-SA 4.0; of the data nothing is said",
        accessed="November 2026",
        row="one paid subscription; one answer to the question of recommending",
        defects=(
            "a subscription ends on the day of its cancelling: what was paid for may run on, and some withdraw",
            "whose card failed stands among those who cancelled",
            "3,507 subscriptions have no account and cannot be joined",
            "of the answers only those with a text are in the file; subscriptions begun before 2020 are not",
            "a post can fail through the tool, the network or its writer: which is not in the file",
            "counts of failures are zero before November 2020, when nobody recorded them",
        ),
        not_for=(
            "growth: subscriptions begun before 2020 are missing, and so are their ends",
            "satisfaction: the question is whether one would recommend",
            "money: prices stand in the names of plans only",
        ),
    ),
    files=files,
    tables=open_company,
    builders={
        "scores/nps": built("scores/nps", open_company, SCORES, outcome="subscribed"),
        "scores/half_year": build_half_year,
        "exposure/failed_posts": build_failures,
        "spells": build_spells,
    },
    answers={
        "nps-marks-loyalty": (
            Answer("scores/nps", {"quantity": "repurchase_auc"}),
            Answer(
                "scores/half_year", {"quantity": "repurchase_auc"}, doubt="the same answers and more, looked at sooner"
            ),
        ),
        "service-failure-drives-churn": (Answer("exposure/failed_posts", {"quantity": "churn_difference"}),),
    },
    not_identified={
        "lock-in-retains": NotIdentified(
            reason="Subscriptions by the year renew by themselves, so that nobody is ever out of contract, and who takes a "
            "year means to stay longer. A cancelling in mid-year is dated by its day and takes effect at the end.",
            naive=Answer(
                "spells", {"quantity": "hazard_ratio_in_contract", "term": "x_by_the_year", "adjusted": False}
            ),
        ),
    },
)
