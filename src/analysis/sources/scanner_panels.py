"""Five scanner panels: which brand of ketchup, crackers, yogurt or tuna households bought, at which prices of all brands.

A household's first half of purchases says how loyal it is; the second half is what is explained. Only households with eight
purchases or more take part.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_file, public_files
from analysis.sources.public_files import Framed, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "scanner_panels"
PANELS = {
    "Catsup": (2_798, 300, "ketchup (Catsup)"),
    "Cracker": (3_292, 136, "crackers"),
    "Yogurt": (2_412, 100, "yogurt"),
    "Ketchup": (4_956, 1_956, "ketchup (Ketchup)"),
    "Tuna": (13_705, 3_093, "tuna"),
}
"""Panel to its purchases, households, and what was bought."""

LOYAL_SHARE = 0.8
"""A household is loyal if its favourite was this share of the first half of its purchases, or more.

This share leaves 30 households on either side in every panel; it was chosen on these counts, before any estimate was seen.
"""

WITHOUT_PRICE = {"Cracker": 3}
"""Prices of 0 in a panel: the purchases they stand at count for loyalty, and their choice is not explained."""

FEWEST_PURCHASES = 8
"""Four before, to tell loyalty, and four after."""

CONTEXT = Context.public(
    source="Scanner panels",
    population="households of US scanner panels",
    period="not dated",
    outcome="brand bought",
    contrast="households whose favourite was four fifths of their earlier purchases or more, and others",
    indirect="choice among brands on a shelf, not staying with a firm",
)


files = partial(public_files, NAME, *(f"{panel}.csv" for panel in PANELS))


def read(path: Path) -> pd.DataFrame:
    """One row a purchase: hid, choice, price.…, disp.…, feat.…; the panels name their columns in two ways."""
    raw = pd.read_csv(path).drop(columns="rownames")
    raw = raw.rename(columns=lambda name: name.removeprefix(f"{path.stem}."))
    return raw.drop(columns="id") if "hid" in raw else raw.rename(columns={"id": "hid"})


def check_facts(panel: str, raw: pd.DataFrame) -> None:
    """Assert purchases and households, that every brand bought has a price, and how many prices are 0."""
    purchases, households, _ = PANELS[panel]
    require_fact(NAME, f"purchases of {panel}", purchases, len(raw))
    require_fact(NAME, f"households of {panel}", households, raw["hid"].nunique())
    prices = raw.filter(like="price.")
    brands = {name.removeprefix("price.") for name in prices}
    require_fact(NAME, f"brands of {panel} without a price", set(), set(raw["choice"]) - brands)
    require_fact(
        NAME, f"prices of {panel} not above 0", WITHOUT_PRICE.get(panel, 0), int((prices <= 0).to_numpy().sum())
    )


def _early_shares(stored: pd.DataFrame, early: pd.Series, brands: list[str]) -> pd.DataFrame:
    """Share of each brand in a household's early purchases."""
    counts = pd.crosstab(stored.loc[early, "hid"], stored.loc[early, "choice"]).reindex(columns=brands, fill_value=0)
    return counts.div(counts.sum(axis=1), axis=0)


def process(raw: pd.DataFrame, panel: str = "") -> pd.DataFrame:
    """Choice sets of each household's second half, loyalty from its first half.

    The order of rows is taken as that of time. Loyal: the favourite is four fifths of the first half or more. Left out:
    households with fewer than eight purchases.

    Parameters
    ----------
    panel : str
        Name of the panel in the ledger.
    """
    few = (
        f"household with fewer than {FEWEST_PURCHASES} purchases",
        lambda t: t.groupby("hid")["choice"].transform("size") < FEWEST_PURCHASES,
    )
    stored = kept(NAME, f"purchases of {panel}", "purchases", raw, few).reset_index(drop=True)
    early = stored.groupby("hid").cumcount() < stored.groupby("hid")["choice"].transform("size") // 2
    brands = sorted(name.removeprefix("price.") for name in stored if name.startswith("price."))
    shares = _early_shares(stored, early, brands)
    loyal = shares.max(axis=1) >= LOYAL_SHARE
    late = kept(
        NAME,
        f"choices of {panel}",
        "purchases",
        stored,
        ("of a household's first half, which tells its loyalty", lambda t: early),
        ("a brand without a price", lambda t: ~(t.filter(like="price.") > 0).all(axis=1)),
    ).reset_index(drop=True)
    share = shares.loc[late["hid"]].to_numpy()
    sets = []
    for number, brand in enumerate(brands):
        columns = {
            "unit_id": late.index,
            "brand": number,
            "chosen": (late["choice"] == brand).astype(int),
            "log_price": np.log(late[f"price.{brand}"]),
            "earlier_share": share[:, number],
            "favourite": (share.argmax(axis=1) == number).astype(int),
            "loyal": loyal.loc[late["hid"]].to_numpy().astype(int),
            "cluster": late["hid"],
        }
        for kind, name in (("disp", "x_display"), ("feat", "x_feature")):
            if f"{kind}.{brand}" in late:
                columns[name] = late[f"{kind}.{brand}"].astype(float)
        sets.append(pd.DataFrame(columns))
    return pd.concat(sets, ignore_index=True)


@cache
def load(panel: str) -> pd.DataFrame:
    """Read and check one panel."""
    raw = read(public_file(NAME, f"{panel}.csv"))
    check_facts(panel, raw)
    return raw


def _panel(panel: str) -> Framed:
    """Five panels are five sources: other households, other shelves."""
    return Framed(
        lambda: process(load(panel), panel),
        source=f"{panel} panel",
        population=f"households of a US scanner panel that bought {PANELS[panel][2]}",
    )


BUILDERS = {f"choice_sets/{panel.lower()}": _panel(panel) for panel in PANELS}

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="US households whose supermarket purchases were scanned, brand by brand",
        publisher="R package Ecdat (Yves Croissant); copies of Rdatasets (Vincent Arel-Bundock)",
        citation="Jain, Vilcassim & Chintagunta (1994), J. Business & Economic Statistics 12, 317-328; Kim, Blattberg & Rossi "
        "(1995), J. Business & Economic Statistics 13, 291-303",
        licence="not stated for the data; GPL-2 of the package",
        accessed="November 2026",
        row="one purchase by a household, with the prices of all brands",
        defects=(
            "order of rows taken as order of time: there are no dates",
            "display and feature are known in three panels of five (display in two)",
            "three prices of crackers are 0; those purchases are not explained",
            "whether a household was loyal before the panel is not known",
        ),
        not_for=("staying with a firm", "elasticities without the share: a favourite's is small by arithmetic"),
    ),
    files=files,
    builders=BUILDERS,
    answers={"loyal-customers-tolerate-prices": tuple(Answer(key) for key in BUILDERS)},
)
