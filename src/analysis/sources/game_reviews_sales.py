"""Games' critics: how 7,220 games were reviewed, and how many copies they have sold: talk and sales, not in order of time.

Two files of other people join on name and platform: critics' and players' verdicts (good, mixed, bad) as Metacritic counts
them, and copies sold up to 2016. Reviews come out with a game, sales follow for years; but a game that is expected to sell
is reviewed by more critics, and players write where copies are. So critics are shown without a vote, and players not at all.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "game_reviews_sales"
PLATFORMS = {"WII": "Wii", "WIIU": "WiiU", "XBOX": "XB", "XONE": "XOne", "VITA": "PSV"}
"""Names of the file of reviews to those of the file of sales, where they are not the same."""
MILLION = 1_000_000
FIRST_YEAR = 2000

CONTEXT = Context.public(
    source="Games' critics and sales",
    population="games for 18 platforms that stand in a file of reviews and in a file of sales",
    period="1996 to 2016",
    outcome="copies sold, at an equal number of critics",
    contrast="bad reviews against good ones",
    indirect="professional critics, not customers who talk; copies sold since the game came out, not growth after the talk",
)


files = partial(public_files, NAME, "metacritic_games.csv", "Video_Games_Sales_as_at_22_Dec_2016.csv")


def read(reviews: Path, sales: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both files as they stand."""
    return pd.read_csv(reviews), pd.read_csv(sales)


def check_facts(reviews: pd.DataFrame, sales: pd.DataFrame) -> None:
    """Assert rows, entries that stand twice, and the smallest number of copies, which is a rounding."""
    require_fact(NAME, "games reviewed", 20_422, len(reviews))
    require_fact(NAME, "games with sales", 16_719, len(sales))
    require_fact(NAME, "games reviewed that stand twice", 20, int(reviews.duplicated(["name", "platform"]).sum()))
    require_fact(NAME, "games with sales that stand twice", 5, int(sales.duplicated(["Name", "Platform"]).sum()))
    require_fact(NAME, "fewest copies, millions", 0.01, float(sales["Global_Sales"].min()))


def _names(games: pd.DataFrame, *columns: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(games[list(columns)])


def process(reviews: pd.DataFrame, sales: pd.DataFrame, *, who: str = "critic") -> pd.DataFrame:
    """Columns of frame ``valence_growth``: games in both files with a year, a publisher and both counts of reviews.

    The number of reviews in the file of reviews stands for the size before: with its logarithm held equal, a slope on
    ln(copies / reviews) is a slope on ln(copies). Games that stand twice in a file are left out of it.
    """
    twice = "stands twice"
    reviews = kept(
        NAME, "reviews", "games reviewed", reviews, (twice, lambda t: t.duplicated(["name", "platform"], keep=False))
    )
    sales = kept(NAME, "sales", "games sold", sales, (twice, lambda t: t.duplicated(["Name", "Platform"], keep=False)))
    reviews = reviews.assign(platform=reviews["platform"].replace(PLATFORMS))
    sold, reviewed = _names(sales, "Name", "Platform"), _names(reviews, "name", "platform")
    unsold = ("no sales on file", lambda t: pd.Series(~reviewed.isin(sold), index=t.index))
    unreviewed = ("no reviews on file", lambda t: pd.Series(~sold.isin(reviewed), index=t.index))
    reviews = kept(NAME, "games reviewed and sold", "games reviewed", reviews, unsold)
    sales = kept(NAME, "games sold and reviewed", "games sold", sales, unreviewed)
    both = sales.merge(reviews, left_on=["Name", "Platform"], right_on=["name", "platform"], validate="one_to_one")
    counted = "Critic_Count" if who == "critic" else "User_Count"
    kinds = [f"{who}_{kind}" for kind in ("positive", "neutral", "negative")]
    needed = [counted, "Year_of_Release", "Publisher"]
    both = kept(
        NAME,
        f"valence_growth of {who}s",
        "games in both files",
        both,
        ("no review of this kind", lambda t: t[kinds].sum(axis=1) <= 0),
        ("no count, year or publisher", lambda t: t[needed].isna().any(axis=1)),
    ).reset_index(drop=True)
    n = both[kinds].sum(axis=1)
    table = pd.DataFrame(
        {
            "unit_id": range(len(both)),
            "bad_share": 100 * both[kinds[2]] / n,
            "good_share": 100 * both[kinds[0]] / n,
            "reviews": both[counted].astype(int),
            "before": n.astype(int),
            "after": (MILLION * both["Global_Sales"]).round().astype(int),
            "cluster": pd.factorize(both["Publisher"], sort=True)[0],
            "x_year": both["Year_of_Release"] - FIRST_YEAR,
        }
    )
    held = pd.get_dummies(both["Platform"], prefix="x_platform", dtype=float).iloc[:, 1:]
    return table.join(held).astype({"x_year": np.float64})


load = load_once(files, read, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="computer games on 18 platforms, 1996 to 2016: 20,422 with reviews, 16,719 with sales",
        publisher="Metacritic and VGChartz, scraped by contributors to Kaggle and in public repositories",
        citation="metacritic_games.csv (2018) and Video_Games_Sales_as_at_22_Dec_2016.csv, public repositories",
        licence="not stated",
        accessed="November 2026",
        row="one game on one platform",
        defects=(
            "sales are estimates of a website, in steps of 10,000 copies",
            "sales stop in December 2016, reviews in 2018",
            "games join by their exact names; the same game on several platforms is several rows",
            "what critics expect to sell is reviewed by more of them",
        ),
        not_for=("growth after talk: sales are those since the release", "players' ratings as a cause of sales"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "valence_growth": Framed(process),
        "valence_growth/users": Framed(
            partial(process, who="user"),
            outcome="copies sold, at an equal number of players' ratings",
            indirect="copies sold since the game came out, before and after the ratings",
        ),
    },
    answers={
        "negative-word-of-mouth-costs-more": (Answer("valence_growth", {"role": "context"}),),
    },
    not_identified={
        "negative-word-of-mouth-costs-more": NotIdentified(
            reason="Players rate what they bought, so ratings follow copies: once the number of ratings is held equal, more good "
            "ratings go with fewer copies instead of more, and bad ones with hardly any difference. Which of the two is right "
            "cannot be said from what sold and was rated over the same years.",
            naive=Answer("valence_growth/users", {"role": "context"}),
        ),
    },
)
