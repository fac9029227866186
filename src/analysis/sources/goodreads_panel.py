"""Goodreads in two snapshots: how 1,800 books were rated in September 2017, and how many new raters they won after it.

Two scrapes by other people join on Goodreads' own number of an edition. The first counts a book's ratings by stars, the
second, without a date, its ratings some time later. So talk comes before growth, which no other public file offers.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "goodreads_panel"
FIRST_YEAR_AFTER = 2018
"""The first snapshot is of September 2017: age in years is counted to the year after, so that it is never 0."""

CONTEXT = Context.public(
    source="Goodreads, two snapshots",
    population="much-read books on Goodreads that stand in both of two scrapes",
    period="September 2017 to a later day that is not known",
    outcome="growth in the number of raters",
    contrast="ratings of one and two stars against four and five",
    indirect="new raters of a book, not customers of a firm",
)


files = partial(public_files, NAME, "books.csv", "goodreads_books.csv")


def read(earlier: Path, later: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both files as they stand; names of columns without the blanks round them."""
    tables = (pd.read_csv(earlier), pd.read_csv(later, index_col=False))
    return tuple(table.rename(columns=str.strip) for table in tables)  # type: ignore[return-value]


def check_facts(earlier: pd.DataFrame, later: pd.DataFrame) -> None:
    """Assert rows, unique numbers, and that the stars add up to the ratings of a work."""
    stars = earlier[[f"ratings_{k}" for k in range(1, 6)]].sum(axis=1)
    require_fact(NAME, "books in the earlier snapshot", 10_000, len(earlier))
    require_fact(NAME, "books in the later snapshot", 11_127, len(later))
    require_fact(NAME, "numbers used twice, earlier", 0, int(earlier["goodreads_book_id"].duplicated().sum()))
    require_fact(NAME, "numbers used twice, later", 0, int(later["bookID"].duplicated().sum()))
    require_fact(NAME, "books whose stars do not add up", 0, int((stars != earlier["work_ratings_count"]).sum()))
    require_fact(NAME, "books in both", 1_807, int(earlier["goodreads_book_id"].isin(later["bookID"]).sum()))


def process(earlier: pd.DataFrame, later: pd.DataFrame, *, good_from: int = 4) -> pd.DataFrame:
    """Join the snapshots: one row a book, shares of bad (one and two stars) and good ratings (`good_from` stars and more).

    Books in one snapshot only are left out (8,193 and 9,320), and two of both without a year of first publication.
    """
    earlier, later = (
        kept(
            NAME,
            "earlier snapshot",
            "books",
            earlier,
            ("not in the later one", lambda t: ~t["goodreads_book_id"].isin(later["bookID"])),
        ),
        kept(
            NAME,
            "later snapshot",
            "books",
            later,
            ("not in the earlier one", lambda t: ~t["bookID"].isin(earlier["goodreads_book_id"])),
        ),
    )
    both = earlier.merge(
        later[["bookID", "ratings_count"]].rename(columns={"ratings_count": "after"}),
        left_on="goodreads_book_id",
        right_on="bookID",
    )
    no_year = ("no year of first publication", lambda t: t["original_publication_year"].isna())
    both = kept(NAME, "valence_growth", "books in both snapshots", both, no_year).reset_index(drop=True)
    stars = both[[f"ratings_{k}" for k in range(1, 6)]].to_numpy(float)
    total = stars.sum(axis=1)
    first_author = both["authors"].str.split(",").str[0].str.strip()
    return pd.DataFrame(
        {
            "unit_id": both["goodreads_book_id"],
            "bad_share": 100 * stars[:, :2].sum(axis=1) / total,
            "good_share": 100 * stars[:, good_from - 1 :].sum(axis=1) / total,
            "mean_score": stars @ np.arange(1, 6) / total,
            "reviews": both["work_text_reviews_count"],
            "before": both["ratings_count"],
            "after": both["after"],
            "cluster": pd.factorize(first_author)[0],
            "x_log_age": np.log(FIRST_YEAR_AFTER - both["original_publication_year"]),
        }
    )


load = load_once(files, read, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="1,807 much-read books on a site for readers, their ratings at two moments",
        publisher="Goodreads, scraped by Zygmunt Zając (goodbooks-10k) and by an unnamed contributor to Kaggle",
        citation="Zając (2017), Goodbooks-10k: a new dataset for book recommendations, FastML; goodreads_books.csv, Kaggle",
        licence="CC BY-SA 4.0 (goodbooks-10k); not stated (later snapshot)",
        accessed="November 2026",
        row="one book (edition) with ratings by stars; one book with ratings at a later day",
        defects=(
            "the later snapshot has no date, so growth is not a rate a year",
            "only books that stand in both, all of them much read",
            "stars are counted over all editions of a work, growth over one edition",
            "seven books have fewer ratings later than before",
            "a rater is a reader who rates, not a buyer",
        ),
        not_for=(
            "both shares in one model: with the neutral star they sum to one",
            "a ratio against a net score as a ratio a point",
            "what a publisher would gain by changing ratings",
        ),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "valence_growth": Framed(process),
        "valence_growth/five_stars": Framed(
            partial(process, good_from=5), contrast="ratings of one and two stars against five"
        ),
    },
    answers={
        "negative-word-of-mouth-costs-more": (
            Answer("valence_growth"),
            Answer("valence_growth/five_stars", {"role": "context"}),
        ),
        "word-of-mouth-brings-customers": (
            Answer("valence_growth", {"quantity": "review_volume_elasticity", "role": "context"}),
            Answer("valence_growth", {"quantity": "review_valence_elasticity", "role": "context"}),
        ),
    },
)
