"""The register: its loader refuses every bad field by name, its hash follows the rules only, and families A to D stand."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from analysis.core import paths
from analysis.core.claim import Claim, Quantity
from analysis.core.errors import ParameterMistake, RegisterMistake
from analysis.core.vocabulary import RATIO_SCALES
from analysis.register.claims import Register, load_register

GOOD: dict[str, Any] = {
    "id": "rain-sells-umbrellas",
    "family": "cost-and-profit",
    "notebook": "02_acquisition_cost",
    "title": "Rain sells umbrellas",
    "statement": "On wet days more umbrellas are sold.",
    "said_by": ["S1"],
    "claimed": "twice as many",
    "estimand": "Umbrellas sold on wet over dry days.",
    "question": "causal",
    "lead": "wet_dry_ratio",
    "rule": "pool",
    "naive_bias": "towards",
    "trap": "Shops open longer in winter.",
    "own_tables": ["transactions"],
    "settles": "A transactions table with the weather.",
    "quantities": [
        {
            "name": "wet_dry_ratio",
            "meaning": "Sales on wet over dry days",
            "scale": "ratio",
            "unit": "times",
            "null": 1.0,
            "direction": "above",
            "ends": ["more sold on dry days", "more sold on wet days"],
            "smallest": 1.1,
            "size": 2.0,
        }
    ],
}
MISSING = object()

FAMILY_IDS = {
    "cost-and-profit": [
        "acquisition-cost-multiple",
        "retention-profit-leverage",
        "retention-drives-growth",
        "existing-customers-buy-more-readily",
    ],
    "loyal-customers": [
        "repeat-momentum",
        "spend-grows-with-tenure",
        "loyal-customers-tolerate-prices",
        "repeat-revenue-is-steadier",
        "retained-is-not-loyal",
    ],
    "word-of-mouth": [
        "satisfied-customers-refer",
        "referred-customers-are-worth-more",
        "word-of-mouth-brings-customers",
        "negative-word-of-mouth-costs-more",
    ],
    "satisfaction-and-trust": ["satisfaction-keeps-customers", "nps-marks-loyalty", "quality-builds-trust"],
}
"""Ids of families A to D, in the order of the project's list of claims."""

NOTEBOOKS = {
    "acquisition-cost-multiple": "02_acquisition_cost",
    "existing-customers-buy-more-readily": "02_acquisition_cost",
    "retention-profit-leverage": "03_retention_and_profit",
    "retention-drives-growth": "03_retention_and_profit",
    **dict.fromkeys(FAMILY_IDS["loyal-customers"], "04_loyal_customers"),
    **dict.fromkeys(FAMILY_IDS["word-of-mouth"], "05_word_of_mouth"),
    **dict.fromkeys(FAMILY_IDS["satisfaction-and-trust"], "06_satisfaction_and_nps"),
}

ESTIMANDS = {
    "acquisition-cost-multiple": ("ratio", 1.0, "above"),
    "retention-profit-leverage": ("elasticity", 1.0, "above"),
    "retention-drives-growth": ("difference", 0.0, "above"),
    "existing-customers-buy-more-readily": ("percentage points", 0.0, "above"),
    "repeat-momentum": ("percentage points", 0.0, "above"),
    "spend-grows-with-tenure": ("percent", 0.0, "above"),
    "loyal-customers-tolerate-prices": ("odds ratio", 1.0, "below"),
    "repeat-revenue-is-steadier": ("ratio", 1.0, "below"),
    "retained-is-not-loyal": ("percentage points", 0.0, "above"),
    "satisfied-customers-refer": ("percentage points", 0.0, "above"),
    "referred-customers-are-worth-more": ("ratio", 1.0, "above"),
    "word-of-mouth-brings-customers": ("percentage points", 0.0, "above"),
    "negative-word-of-mouth-costs-more": ("ratio", 1.0, "above"),
    "satisfaction-keeps-customers": ("correlation", 0.0, "above"),
    "nps-marks-loyalty": ("area under curve", 0.5, "above"),
    "quality-builds-trust": ("difference", 0.0, "above"),
}
"""Scale, null and side of each claim's estimand proper, as the list of claims fixes them."""

CLAIMED_SIZES = {
    ("retention-profit-leverage", "value_elasticity_retention_times"): 5.0,
    ("negative-word-of-mouth-costs-more", "growth_slope_ratio"): 3.0,
    ("acquisition-cost-multiple", "average_cost_ratio"): 5.0,
    ("retention-profit-leverage", "value_elasticity"): 5.0,  # 25 % / 5 %
    ("retention-profit-leverage", "profit_change_five_points"): 25.0,
    ("retention-profit-leverage", "profit_change_five_percent_rate"): 25.0,
    ("retention-profit-leverage", "profit_change_five_percent_churn"): 25.0,
    ("negative-word-of-mouth-costs-more", "ratio_per_point"): 3.0,
    ("negative-word-of-mouth-costs-more", "ratio_per_promoter_point"): 3.0,
}

COMPANY_TABLES = {
    "transactions",
    "customers",
    "subscriptions",
    "spending",
    "memberships",
    "points",
    "tickets",
    "surveys",
    "campaigns",
    "referrals",
}


def changed(**changes: Any) -> dict[str, Any]:
    """The good entry with fields replaced or, given MISSING, left out."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not MISSING}


def with_quantity(**changes: Any) -> dict[str, Any]:
    """The good entry with fields of its one quantity replaced or left out."""
    quantity = {**GOOD["quantities"][0], **changes}
    return changed(quantities=[{name: value for name, value in quantity.items() if value is not MISSING}])


def as_toml(entry: dict[str, Any]) -> str:
    """Write one entry; JSON's texts, numbers, truth values and flat lists are TOML's too."""
    tables = entry.get("quantities", [])
    lines = ["[[claim]]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in entry.items() if name != "quantities" or not value]
    for table in tables:
        lines += ["[[claim.quantities]]", *(f"{name} = {json.dumps(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def write_register(folder: Path, **files: list[dict[str, Any]]) -> Path:
    """Write one TOML file for each keyword into a new folder."""
    folder.mkdir()
    for name, entries in files.items():
        (folder / f"{name}.toml").write_text("\n".join(as_toml(entry) for entry in entries), encoding="utf-8")
    return folder


def claims_of(family: str) -> list[Claim]:
    """The register's claims of one family, in its order."""
    return [claim for claim in load_register().claims if claim.family == family]


def first_four_families() -> list[Claim]:
    """All claims of families A to D."""
    return [claim for family in FAMILY_IDS for claim in claims_of(family)]


BAD_ENTRIES = [
    (changed(id=MISSING), "`id` must be a text that is not empty; got None"),
    (changed(id="  "), "`id` must be a text that is not empty; got '  '"),
    (changed(family="umbrellas"), "`family` must be one of cost-and-profit"),
    (changed(notebook=MISSING), "`notebook` must be a text that is not empty; got None"),
    (changed(title=3), "`title` must be a text that is not empty; got 3"),
    (changed(statement=""), "`statement` must be a text that is not empty; got ''"),
    (changed(estimand=["x"]), "`estimand` must be a text that is not empty; got ['x']"),
    (changed(trap=MISSING), "`trap` must be a text that is not empty; got None"),
    (changed(settles="\n"), "`settles` must be a text that is not empty"),
    (changed(claimed=5), "`claimed` must be a text; got 5"),
    (changed(said_by="S1"), "`said_by` must be a list of texts; got 'S1'"),
    (changed(frames=["offers"]), "field 'frames' is not known"),
    (changed(own_tables=[1]), "`own_tables` must be a list of texts; got [1]"),
    (changed(rule="vote"), "`rule` must be one of 'pool', 'agreement'; got 'vote'"),
    (changed(naive_bias=MISSING), "`naive_bias` must be one of 'towards', 'against', 'either', 'none'; got None"),
    (changed(verdict="true"), "field 'verdict' is not known"),
    (changed(quantities=MISSING), "`quantities` must hold at least one quantity; got None"),
    (changed(quantities=[]), "`quantities` must hold at least one quantity; got []"),
    (with_quantity(power=0.8), "field 'power' is not known"),
    (with_quantity(name=MISSING), "`name` must be a text that is not empty; got None"),
    (with_quantity(meaning=""), "`meaning` must be a text that is not empty; got ''"),
    (with_quantity(unit=" "), "`unit` must be a text that is not empty; got ' '"),
    (with_quantity(scale="ration"), "`scale` must be one of 'difference'"),
    (with_quantity(scale=MISSING), "`scale` must be one of 'difference'"),
    (with_quantity(direction="up"), "`direction` must be one of 'above', 'below'; got 'up'"),
    (with_quantity(null=MISSING), "`null` must be a number; got None"),
    (with_quantity(null="one"), "`null` must be a number; got 'one'"),
    (with_quantity(smallest=MISSING), "`smallest` must be a number; got None"),
    (with_quantity(smallest=True), "`smallest` must be a number; got True"),
    (with_quantity(size="twice"), "`size` must be a number; got 'twice'"),
    (with_quantity(smallest=0.9), "`smallest` must lie on the claimed side, above the null 1.0; got 0.9"),
    (with_quantity(smallest=1.0), "`smallest` must lie on the claimed side, above the null 1.0; got 1.0"),
    (with_quantity(size=0.5), "`size` must lie on the claimed side, above the null 1.0; got 0.5"),
    (with_quantity(direction="below"), "`smallest` must lie on the claimed side, below the null 1.0; got 1.1"),
    (with_quantity(direction="below", smallest=1.0, size=0.5), "`smallest` must differ from the null; got 1.0"),
    (with_quantity(null=0.0), "every number on the scale 'ratio' must be above 0"),
    (with_quantity(direction="below", smallest=0.9, size=-1.0), "every number on the scale 'ratio' must be above 0"),
]


@pytest.mark.parametrize(("entry", "fragment"), BAD_ENTRIES, ids=[fragment[:60] for _, fragment in BAD_ENTRIES])
def test_load_register_bad_field_names_file_claim_and_field(
    entry: dict[str, Any], fragment: str, tmp_path: Path
) -> None:
    folder = write_register(tmp_path / "register", rain=[entry])
    with pytest.raises(RegisterMistake) as caught:
        load_register(folder)
    message = str(caught.value)
    claim = str(entry.get("id", "?"))
    assert message.startswith(f"rain.toml, claim '{claim}'"), message
    assert fragment in message


def test_load_register_bad_quantity_is_named(tmp_path: Path) -> None:
    folder = write_register(tmp_path / "register", rain=[with_quantity(null="one")])
    with pytest.raises(RegisterMistake, match="quantity 'wet_dry_ratio'"):
        load_register(folder)


def test_load_register_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    folder = write_register(tmp_path / "register", rain=[GOOD], snow=[GOOD])
    with pytest.raises(RegisterMistake, match="Claim 'rain-sells-umbrellas': field `id` must be unique"):
        load_register(folder)


def test_load_register_broken_toml_names_the_file(tmp_path: Path) -> None:
    folder = write_register(tmp_path / "register", rain=[GOOD])
    (folder / "torn.toml").write_text("[[claim]\nid = 3", encoding="utf-8")
    with pytest.raises(RegisterMistake, match=r"torn\.toml is not valid TOML"):
        load_register(folder)


def test_load_register_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RegisterMistake, match=r"holds no \.toml file; restore it"):
        load_register(tmp_path)


def test_load_register_good_entry_keeps_every_field(tmp_path: Path) -> None:
    register = load_register(write_register(tmp_path / "register", rain=[GOOD]))
    claim = register["rain-sells-umbrellas"]
    assert (claim.title, claim.claimed, claim.said_by) == ("Rain sells umbrellas", "twice as many", ("S1",))
    quantity = claim.quantity("wet_dry_ratio")
    assert (quantity.null, quantity.smallest, quantity.size, quantity.unit) == (1.0, 1.1, 2.0, "times")
    assert register.of_notebook("02_acquisition_cost") == (claim,)
    assert register.of_notebook("03_retention_and_profit") == ()


def test_load_register_without_claimed_and_size_has_none(tmp_path: Path) -> None:
    entry = with_quantity(size=MISSING)
    del entry["claimed"]
    claim = load_register(write_register(tmp_path / "register", rain=[entry])).claims[0]
    assert claim.claimed == ""
    assert claim.quantities[0].size is None


def test_register_unknown_claim_or_quantity_raises_with_the_next_step() -> None:
    register = load_register()
    with pytest.raises(ParameterMistake, match="got 'no-such-claim'"):
        register["no-such-claim"]
    with pytest.raises(ParameterMistake, match=r"registers \('average_cost_ratio'.*got 'cost'"):
        register["acquisition-cost-multiple"].quantity("cost")


SECOND = changed(id="sun-sells-hats", title="Sun sells hats")


def hash_of(folder: Path, **files: list[dict[str, Any]]) -> str:
    """Hash of a register written from these entries."""
    register: Register = load_register(write_register(folder, **files))
    return register.hash


def test_hash_is_unchanged_by_moving_an_entry(tmp_path: Path) -> None:
    together = hash_of(tmp_path / "1", a=[GOOD, SECOND])
    assert hash_of(tmp_path / "2", a=[SECOND, GOOD]) == together
    assert hash_of(tmp_path / "3", a=[SECOND], b=[GOOD]) == together


@pytest.mark.parametrize(
    "prose",
    [
        {"title": "Wet days sell umbrellas"},
        {"trap": "Another trap."},
        {"settles": "Another table."},
        {"said_by": ["S2"]},
        {"notebook": "03_retention_and_profit"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_hash_is_unchanged_by_prose(prose: dict[str, Any], tmp_path: Path) -> None:
    before = hash_of(tmp_path / "before", a=[GOOD, SECOND])
    assert hash_of(tmp_path / "after", a=[changed(**prose), SECOND]) == before


@pytest.mark.parametrize(
    "entry",
    [
        changed(rule="agreement"),
        changed(naive_bias="against"),
        changed(statement="On wet days fewer umbrellas are sold."),
        changed(claimed="three times as many"),
        with_quantity(smallest=1.2),
        with_quantity(size=3.0),
        with_quantity(size=MISSING),
        with_quantity(null=0.9),
        with_quantity(scale="odds ratio"),
        with_quantity(unit="fold"),
        changed(quantities=[*GOOD["quantities"], {**GOOD["quantities"][0], "name": "second"}]),
    ],
)
def test_hash_is_changed_by_a_rule(entry: dict[str, Any], tmp_path: Path) -> None:
    before = hash_of(tmp_path / "before", a=[GOOD, SECOND])
    assert hash_of(tmp_path / "after", a=[entry, SECOND]) != before


def test_hash_is_changed_by_the_order_of_quantities(tmp_path: Path) -> None:
    """The first quantity is the estimand proper, so their order is a rule."""
    first = GOOD["quantities"][0]
    second = {**first, "name": "second"}
    before = hash_of(tmp_path / "before", a=[changed(quantities=[first, second])])
    assert hash_of(tmp_path / "after", a=[changed(quantities=[second, first])]) != before


@pytest.mark.parametrize("family", FAMILY_IDS)
def test_register_holds_exactly_the_listed_claims(family: str) -> None:
    assert [claim.id for claim in claims_of(family)] == FAMILY_IDS[family]


def test_claims_stand_in_their_notebooks() -> None:
    assert {claim.id: claim.notebook for claim in first_four_families()} == NOTEBOOKS


def test_first_quantity_is_the_listed_estimand() -> None:
    found = {
        claim.id: (str(claim.quantities[0].scale), claim.quantities[0].null, str(claim.quantities[0].direction))
        for claim in first_four_families()
    }
    assert found == ESTIMANDS


def test_sizes_stand_only_where_the_articles_name_a_number() -> None:
    found = {
        (claim.id, quantity.name): quantity.size
        for claim in first_four_families()
        for quantity in claim.quantities
        if quantity.size is not None
    }
    assert found == CLAIMED_SIZES
    assert {claim.id for claim in first_four_families() if claim.claimed} == {claim for claim, _ in CLAIMED_SIZES}


def test_claimed_size_lies_beyond_the_smallest_effect_that_matters() -> None:
    for claim in first_four_families():
        for quantity in claim.quantities:
            if quantity.size is not None:
                assert abs(quantity.size - quantity.null) > abs(quantity.smallest - quantity.null), quantity.name


def test_quantity_names_are_unique_within_a_claim() -> None:
    for claim in first_four_families():
        names = [quantity.name for quantity in claim.quantities]
        assert len(names) == len(set(names)), claim.id


def test_equal_estimands_of_a_claim_are_one_quantity() -> None:
    for claim in first_four_families():
        meanings = [quantity.meaning for quantity in claim.quantities]
        assert len(meanings) == len(set(meanings)), claim.id


def test_nulls_are_those_of_their_scales() -> None:
    """Ratios have their null at 1, differences and correlations at 0, an area under the curve at one half."""
    nulls = {"difference": 0, "percentage points": 0, "correlation": 0, "share": 0, "area under curve": 0.5}
    for claim in first_four_families():
        for quantity in claim.quantities:
            if quantity.scale in RATIO_SCALES:
                assert quantity.null == 1, (claim.id, quantity.name)
            elif str(quantity.scale) in nulls:
                assert quantity.null == nulls[str(quantity.scale)], (claim.id, quantity.name)


def test_bounded_scales_have_reachable_smallest_effects() -> None:
    bounds = {"correlation": (-1, 1), "share": (0, 1), "area under curve": (0, 1), "percentage points": (-100, 100)}
    for claim in first_four_families():
        for quantity in claim.quantities:
            low, high = bounds.get(str(quantity.scale), (float("-inf"), float("inf")))
            assert low < quantity.smallest < high, (claim.id, quantity.name)


def test_claims_name_known_tables_and_articles() -> None:
    for claim in first_four_families():
        assert claim.own_tables, claim.id
        assert set(claim.own_tables) <= COMPANY_TABLES, claim.id
        assert claim.said_by, claim.id
        assert set(claim.said_by) <= {"S1", "S2", "S3", "S4", "S5"}, claim.id


def test_settles_names_a_company_table_of_the_claim() -> None:
    for claim in first_four_families():
        named = [table for table in claim.own_tables if table in claim.settles.lower()]
        assert named, f"{claim.id}: {claim.settles}"


def test_a_lead_that_may_not_decide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterMistake, match=r"field `lead` must name a quantity that decides .*got 'unheard'"):
        load_register(write_register(tmp_path / "register", rain=[changed(lead="unheard")]))


def test_every_claim_has_a_question_and_only_two_are_forecasts() -> None:
    register = load_register()
    assert {claim.id for claim in register.claims if claim.question == "predictive"} == {
        "nps-marks-loyalty",
        "churn-is-predictable",
    }
    assert sum(claim.question == "descriptive" for claim in register.claims) == 9


def test_codebook_names_every_field_of_a_claim_and_of_a_quantity() -> None:
    text = (paths.CLAIMS.parent / "README.md").read_text(encoding="utf-8")
    tables = [
        text.split(heading)[1].split("\n## ")[0].split("\nFields of ")[0]
        for heading in ("[[claim]]`\n", "quantities]]`:\n")
    ]
    named = [set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\|([^|]*)\|", table, re.M)))) for table in tables]
    of_claims = {"bottom_line" if field.name == "bottom_lines" else field.name for field in fields(Claim)}
    assert named == [of_claims, {field.name for field in fields(Quantity)}]
