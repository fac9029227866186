"""Games: invented games of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import game_reviews_sales as source

KINDS = ("positive", "neutral", "negative")


def reviews(*rows):
    names = ["name", "platform", *(f"critic_{k}" for k in KINDS), *(f"user_{k}" for k in KINDS)]
    return pd.DataFrame(rows, columns=names)


def sales(*rows):
    names = ["Name", "Platform", "Year_of_Release", "Publisher", "Global_Sales", "Critic_Count", "User_Count"]
    return pd.DataFrame(rows, columns=names)


REVIEWS = reviews(
    ("A", "WII", 6, 2, 2, 1, 1, 8),
    ("B", "PC", 0, 0, 5, 3, 0, 0),
    ("C", "PC", 1, 0, 0, 0, 0, 0),
    ("C", "PC", 9, 0, 0, 0, 0, 0),
    ("D", "PC", 0, 0, 0, 1, 0, 0),
)
SALES = sales(
    ("A", "Wii", 2008, "Nin", 1.5, 12, 11),
    ("B", "PC", 2010, "Soft", 0.01, 5, 3),
    ("C", "PC", 2010, "Soft", 0.20, 9, 3),
    ("D", "PC", 2010, "Soft", 0.30, 9, 3),
    ("B", "DS", 2010, "Soft", 0.30, 9, 3),
)


def test_games_join_on_name_and_platform_with_shares_and_copies():
    table = source.process(REVIEWS, SALES)
    assert table[["bad_share", "good_share", "before", "reviews", "after"]].to_numpy().tolist() == [
        [20.0, 60.0, 10, 12, 1_500_000],
        [100.0, 0.0, 5, 5, 10_000],
    ], "C stands twice, D has no critic, B on another platform no reviews"
    assert table["x_year"].tolist() == [8.0, 10.0]
    assert table["cluster"].nunique() == 2


def test_players_are_counted_in_their_place():
    table = source.process(REVIEWS, SALES, who="user")
    assert table[["bad_share", "before", "reviews"]].to_numpy().tolist() == [[80.0, 10, 11], [0.0, 3, 3], [0.0, 1, 3]]


def test_a_slope_on_copies_a_review_is_one_on_copies_once_reviews_are_held_equal():
    rng = np.random.default_rng(1)
    bad, size = rng.uniform(0, 100, 50), rng.uniform(1, 5, 50)
    copies = rng.normal(0, 1, 50)
    design = np.column_stack([np.ones(50), bad, size])
    slopes = [np.linalg.lstsq(design, y, rcond=None)[0][1] for y in (copies, copies - size)]
    assert slopes[0] == pytest.approx(slopes[1])


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="games reviewed = 20422"):
        source.check_facts(REVIEWS, SALES)


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_players_ratings_turn_with_their_number():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert [len(source.SOURCE.frame(key).table) for key in source.SOURCE.builders] == [7_220, 6_118]
    table = source.SOURCE.frame("valence_growth/users").table
    y = np.log(table["after"].to_numpy(float))
    held = table[[c for c in table if c.startswith("x_")]].assign(one=1.0).to_numpy(float)
    volume = np.log(table[["before", "reviews"]].to_numpy(float))
    slopes = []
    for equal in (held, np.column_stack([held, volume])):
        design = np.column_stack([table["good_share"], equal])
        slopes.append(np.linalg.lstsq(design, y, rcond=None)[0][0])
    assert slopes[0] > 0 > slopes[1]
