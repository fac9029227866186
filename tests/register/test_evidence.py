"""Published evidence: the loader refuses bad rows by name, and the tables of families A to D say what the sources say.

Figures in this file were typed from the project's notes on the sources, not from the tables under test.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from analysis.core import paths
from analysis.core.errors import EvidenceMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Grade, Kind, Role
from analysis.register.claims import load_register
from analysis.register.evidence import COLUMNS, load_evidence

Z_95 = 1.959964  # standard normal quantiles, from tables
Z_90 = 1.644854

FILES = ("a_cost_and_profit", "b_loyal_customers", "c_word_of_mouth", "d_satisfaction_and_trust")
FAMILIES = ("cost-and-profit", "loyal-customers", "word-of-mouth", "satisfaction-and-trust")

GOOD = {
    **dict.fromkeys(COLUMNS, ""),
    "claim": "referred-customers-are-worth-more",
    "quantity": "value_ratio",
    "role": "answer",
    "study": "Someone 2020",
    "year": "2020",
    "venue": "Journal of Examples 1, 1-9",
    "doi": "10.1000/example",
    "population": "customers of one shop",
    "design": "observational",
    "scale": "ratio",
    "unit": "times",
    "value": "1.2",
    "low": "1.1",
    "high": "1.3",
    "n": "500",
    "sign": "1",
    "grade": "paper",
    "vendor": "no",
    "intention_only": "no",
    "where": "Table 1",
    "finding": "Worth a fifth more",
}


def write_evidence(folder: Path, *rows: dict[str, str], header: tuple[str, ...] = COLUMNS) -> Path:
    """Write rows as ``some.csv`` into a new folder."""
    folder.mkdir()
    with (folder / "some.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return folder


def load_one(folder: Path, **changes: str) -> Estimate:
    """Load the good row with some columns changed."""
    (rows,) = load_evidence(write_evidence(folder, {**GOOD, **changes})).values()
    return rows[0]


# ---------------------------------------------------------------- the loader

BAD_ROWS = [
    ({"claim": "no-such-claim"}, "'no-such-claim'"),
    ({"quantity": "no_such_quantity"}, "'no_such_quantity'"),
    ({"quantity": ""}, "column `quantity` must name a registered quantity for role 'answer'"),
    ({"role": "naked"}, "'naked'"),
    ({"design": "guess"}, "'guess'"),
    ({"grade": "memory"}, "'memory'"),
    ({"grade": "M"}, "'M'"),
    ({"grade": "NOT VERIFIED"}, "'NOT VERIFIED'"),
    ({"grade": "NOT FOUND"}, "'NOT FOUND'"),
    ({"grade": ""}, "''"),
    ({"scale": "percent"}, "column `scale` must be the quantity's registered scale 'ratio'; got 'percent'"),
    ({"role": "context", "quantity": "", "scale": "furlongs"}, "`scale` must be one of"),
    ({"study": " "}, "column `study` must not be empty"),
    ({"population": ""}, "column `population` must not be empty"),
    ({"where": ""}, "column `where` must not be empty"),
    ({"finding": ""}, "column `finding` must not be empty"),
    ({"value": "about 1.2"}, "column `value` must be a number or empty; got 'about 1.2'"),
    ({"n": "many"}, "column `n` must be a number or empty; got 'many'"),
    ({"n": "inf"}, "column `n` must be a whole number; got 'inf'"),
    ({"low": ""}, "`low` and `high` must be given together"),
    ({"value": "1.4"}, "`value` must lie between `low` and `high`"),
    ({"value": ""}, "`value` must lie between `low` and `high`"),
    ({"value": "nan", "low": "", "high": ""}, "`value` must be a number or None"),
    ({"level": "95"}, "`level` must lie between 0 and 1"),
    ({"sign": ""}, "column `sign` must be 1, 0 or -1; got ''"),
    ({"sign": "2"}, "column `sign` must be 1, 0 or -1; got '2'"),
    ({"vendor": "maybe"}, "column `vendor` must be 'yes' or 'no'; got 'maybe'"),
    ({"intention_only": ""}, "column `intention_only` must be 'yes' or 'no'; got ''"),
]


@pytest.mark.parametrize(("changes", "fragment"), BAD_ROWS, ids=[str(changes) for changes, _ in BAD_ROWS])
def test_load_evidence_bad_row_names_file_row_and_rule(changes: dict[str, str], fragment: str, tmp_path: Path) -> None:
    folder = write_evidence(tmp_path / "evidence", GOOD, {**GOOD, **changes})
    with pytest.raises(EvidenceMistake) as caught:
        load_evidence(folder)
    assert str(caught.value).startswith("some.csv, row 3: ")
    assert fragment in str(caught.value)


@pytest.mark.parametrize(("cells", "n"), [(("a half, quoted by nobody",), 1), ((), -2)])
def test_load_evidence_row_with_a_cell_too_many_or_too_few_is_refused(
    cells: tuple[str, ...], n: int, tmp_path: Path
) -> None:
    """A comma in a text without quotes makes two cells of one; an editor may leave out the empty cells at the end."""
    file = write_evidence(tmp_path / "evidence", GOOD) / "some.csv"
    header, row = csv.reader(file.read_text(encoding="utf-8").splitlines())
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, [*row, *cells] if cells else row[:n]])
    with pytest.raises(
        EvidenceMistake, match=rf"some\.csv, row 2: must have {len(COLUMNS)} cells.*; got {len(COLUMNS) + n}\."
    ):
        load_evidence(file.parent)


def test_load_evidence_wrong_header_is_refused(tmp_path: Path) -> None:
    folder = write_evidence(tmp_path / "evidence", header=(*COLUMNS[:-1], "story"))
    with pytest.raises(EvidenceMistake, match=r"some\.csv: the header must be claim,quantity,role"):
        load_evidence(folder)


def test_load_evidence_good_row_becomes_a_published_estimate(tmp_path: Path) -> None:
    estimate = load_one(tmp_path / "evidence")
    assert (estimate.value, estimate.low, estimate.high, estimate.n, estimate.sign) == (1.2, 1.1, 1.3, 500, 1)
    assert (estimate.kind, estimate.role, estimate.design) == (Kind.PUBLISHED, Role.ANSWER, Design.OBSERVATIONAL)
    assert (estimate.null, estimate.level, estimate.grade) == (1.0, 0.95, Grade.PAPER)
    assert estimate.citation == "Someone 2020, Journal of Examples 1, 1-9, 10.1000/example"
    assert estimate.indirect is None


@pytest.mark.parametrize(("level", "z"), [("", Z_95), ("0.95", Z_95), ("0.9", Z_90)])
def test_load_evidence_standard_error_becomes_an_interval(level: str, z: float, tmp_path: Path) -> None:
    gap = {"claim": "existing-customers-buy-more-readily", "quantity": "response_gap", "scale": "percentage points"}
    estimate = load_one(tmp_path / "evidence", **gap, value="1.2", low="", high="", se="0.1", level=level)
    assert (estimate.low, estimate.high) == pytest.approx((1.2 - 0.1 * z, 1.2 + 0.1 * z), abs=1e-6)


def test_load_evidence_standard_error_of_a_ratio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceMistake, match="`se` is not read on the scale 'ratio'"):
        load_one(tmp_path / "evidence", low="", high="", se="0.1")


def test_load_evidence_printed_interval_wins_over_standard_error(tmp_path: Path) -> None:
    estimate = load_one(tmp_path / "evidence", se="0.5")
    assert (estimate.low, estimate.high) == (1.1, 1.3)


def test_load_evidence_sign_without_size_is_unquantified(tmp_path: Path) -> None:
    estimate = load_one(tmp_path / "evidence", scale="", unit="", value="", low="", high="", sign="-1")
    assert estimate.value is None
    assert not estimate.quantified
    assert estimate.sign == -1
    assert (estimate.scale, estimate.unit) == ("ratio", "times")


def test_load_evidence_keeps_rows_in_order(tmp_path: Path) -> None:
    rows = [{**GOOD, "study": f"Someone {year}"} for year in (2003, 2001, 2002)]
    (found,) = load_evidence(write_evidence(tmp_path / "evidence", *rows)).values()
    assert [estimate.source for estimate in found] == ["Someone 2003", "Someone 2001", "Someone 2002"]


# ---------------------------------------------------------------- the tables of families A to D


def our_rows() -> list[Estimate]:
    """All published rows of families A to D."""
    ours = {claim.id for claim in load_register().claims if claim.family in FAMILIES}
    return [row for claim, rows in load_evidence().items() if claim in ours for row in rows]


def find(claim: str, study: str, quantity: str | None = None) -> Estimate:
    """The one row of a claim with this study name (and quantity, where a study has several answers)."""
    found = [
        row for row in load_evidence()[claim] if row.source == study and (quantity is None or row.quantity == quantity)
    ]
    assert len(found) == 1, f"{len(found)} rows for {claim}, {study}, {quantity}"
    return found[0]


def raw_rows() -> list[dict[str, str]]:
    """The four files as text."""
    rows: list[dict[str, str]] = []
    for name in FILES:
        with (paths.EVIDENCE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            rows += list(csv.DictReader(handle))
    return rows


@pytest.mark.parametrize("name", FILES)
def test_each_file_holds_its_own_family(name: str) -> None:
    register = load_register()
    with (paths.EVIDENCE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        families = {register[row["claim"]].family for row in csv.DictReader(handle)}
    assert families == {FAMILIES[FILES.index(name)]}


def test_every_row_names_a_registered_claim_and_quantity() -> None:
    register = load_register()
    for row in our_rows():
        registered = {quantity.name: quantity for quantity in register[row.claim].quantities}
        if row.quantity:
            assert row.quantity in registered, row.source
            assert row.scale == registered[row.quantity].scale, row.source
        else:
            assert row.role is Role.CONTEXT, row.source


def test_values_of_registered_quantities_are_in_the_registered_unit() -> None:
    register = load_register()
    for row in our_rows():
        if row.quantity and row.value is not None:
            assert row.unit == register[row.claim].quantity(row.quantity).unit, row.source


def test_no_row_rests_on_memory() -> None:
    for row in raw_rows():
        assert row["grade"] in {"paper", "public test", "page", "secondary", "recomputed"}, row["study"]
        text = " ".join(row.values()).lower()
        assert not any(word in text for word in ("memory", "not verified", "not found")), row["study"]


def test_rows_are_complete() -> None:
    assert all(row["finding"] and row["where"] and None not in row.values() for row in raw_rows())
    assert len(raw_rows()) == len({(row["claim"], row["quantity"], row["study"]) for row in raw_rows()})


UNCHECKED = [
    ("acquisition-cost-multiple", 7.6),  # rests on a subscriber count that nobody checked
    ("acquisition-cost-multiple", 25.0),  # upper end of a range whose article nobody read
    ("retention-profit-leverage", 75.0),  # bars of the 1990 chart that nobody read
    ("retention-profit-leverage", 45.0),
    ("retention-profit-leverage", 40.0),
    ("retention-profit-leverage", 55.0),  # effect of underspending, figures not read
    ("spend-grows-with-tenure", 49.0),  # the 1990 originals of the card stream
    ("spend-grows-with-tenure", 55.0),
    ("satisfied-customers-refer", 1933.0),  # deciles of customer value, not read
    ("satisfied-customers-refer", 54.0),  # word of mouth of loyal customers, not read
    ("negative-word-of-mouth-costs-more", 0.20),  # mean shifts, not readable
    ("negative-word-of-mouth-costs-more", -0.11),
    ("satisfaction-keeps-customers", 0.5),  # mean correlation with repurchase, not readable
]


@pytest.mark.parametrize(("claim", "value"), UNCHECKED)
def test_unchecked_figures_stay_out(claim: str, value: float) -> None:
    assert all(row.value != pytest.approx(value) for row in load_evidence()[claim])


def test_prices_paid_have_a_sign_and_no_figure() -> None:
    """The 5-7 % lower prices of long-standing clients were never checked: what answers this claim has signs only."""
    answers = [row for row in load_evidence()["loyal-customers-tolerate-prices"] if row.role is Role.ANSWER]
    assert answers and all(row.value is None for row in answers)


POINTERS = {
    "acquisition-cost-multiple": True,
    "retention-profit-leverage": True,
    "retention-drives-growth": True,
    "existing-customers-buy-more-readily": False,
    "spend-grows-with-tenure": True,
    "loyal-customers-tolerate-prices": True,
    "satisfied-customers-refer": True,
    "referred-customers-are-worth-more": True,
    "word-of-mouth-brings-customers": False,
    "negative-word-of-mouth-costs-more": True,
    "satisfaction-keeps-customers": True,
    "nps-marks-loyalty": True,
    "quality-builds-trust": False,
}
"""Claims for which the list of claims points at publications; True where it names evidence against as well."""


@pytest.mark.parametrize("claim", POINTERS)
def test_claims_with_publications_have_rows_of_both_sides(claim: str) -> None:
    signs = {row.sign for row in load_evidence()[claim]}
    assert 1 in signs
    if POINTERS[claim]:
        assert -1 in signs


def test_claims_without_publications_have_no_answers() -> None:
    found = load_evidence()
    for claim in ("repeat-revenue-is-steadier", "retained-is-not-loyal"):
        assert all(row.role is Role.CONTEXT for row in found[claim])


def test_assertions_never_answer() -> None:
    assert all(row.role is Role.CONTEXT for row in our_rows() if row.design is Design.ASSERTION)


def test_values_and_signs_of_answers_agree() -> None:
    """A figure on the claimed side never carries the sign against, nor the other way round."""
    register = load_register()
    for row in our_rows():
        if row.role is Role.ANSWER and row.value is not None and row.sign:
            quantity = register[row.claim].quantity(row.quantity)
            above = row.value > quantity.null
            assert (row.sign == 1) == (above == (quantity.direction == "above")), row.source


VENDORS = (
    "Bain",
    "McKinsey",
    "Gartner",
    "TARP",
    "Technical Assistance",
    "Marsden",
    "Reichheld",
    "Edelman",
    "Forrester",
)
STATED = (
    "Edelman", "Anderson 1996", "East, Hammond & Lomax 2008", "East, Uncles", "Park & Lee", "de Matos & Rossi",
    "Gartner CMO Spend", "Are satisfied long-term", '"Impact of Corporate', "Han et al.",
    "Kumar, Petersen & Leone 2007 (telecom, meant to", "Kumar, Petersen & Leone 2007 (finance, meant to",
)  # fmt: skip


def test_vendor_rows_are_marked() -> None:
    for row in our_rows():
        if row.source.startswith(VENDORS):
            assert row.vendor, row.source
    assert not find("word-of-mouth-brings-customers", "Trusov, Bucklin & Pauwels 2009").vendor


def test_stated_intention_rows_are_marked() -> None:
    assert {row.source for row in our_rows() if row.intention_only} == {
        row.source for row in our_rows() if row.source.startswith(STATED)
    }


# ---------------------------------------------------------------- figures against the sources

GUPTA = "Gupta, Lehmann & Stuart 2004"
SCHULZE = "Schulze, Skiera & Wiesel 2012"
MARSDEN = "Marsden, Samson & Upton 2005"

TRANSCRIBED = [
    # Thomas 2001, J. Marketing Research 38(2), as quoted in Gupta, Lehmann & Stuart 2004, p. 12
    ("acquisition-cost-multiple", "Thomas 2001", "average_cost_ratio", 12.5),
    # DIRECTV, fourth quarter of 2004, cablefax.com (a page of February 2005)
    ("acquisition-cost-multiple", "DIRECTV, fourth quarter of 2004 (acquisition)", "", 669),
    ("acquisition-cost-multiple", "DIRECTV, fourth quarter of 2004 (upgrade and retention)", "", 332),
    # McCarthy & Fader 2018, first quarter of 2017
    ("acquisition-cost-multiple", "McCarthy & Fader 2018 (Overstock, acquisition)", "", 38),
    ("acquisition-cost-multiple", "McCarthy & Fader 2018 (Wayfair, value)", "", 59),
    # McCarthy, Fader & Hardie 2017, J. Marketing 81(1), 17-35
    ("acquisition-cost-multiple", "McCarthy, Fader & Hardie 2017 (DISH)", "", 0.41),
    # Gupta, Lehmann & Stuart 2004, J. Marketing Research 41(1), Tables 4 and 5
    ("retention-profit-leverage", f"{GUPTA} (Amazon)", "value_elasticity", 2.45),
    ("retention-profit-leverage", f"{GUPTA} (Ameritrade)", "value_elasticity", 6.75),
    ("retention-profit-leverage", f"{GUPTA} (Capital One)", "value_elasticity", 5.12),
    ("retention-profit-leverage", f"{GUPTA} (eBay)", "value_elasticity", 3.42),
    ("retention-profit-leverage", f"{GUPTA} (E*Trade)", "value_elasticity", 6.67),
    ("retention-profit-leverage", f"{GUPTA} (Capital One, margin)", "", 1.32),
    ("retention-profit-leverage", f"{GUPTA} (eBay, discount rate)", "", 0.63),
    # Reichheld & Sasser 1990, Harvard Business Review 68(5), publisher's abstract
    ("retention-profit-leverage", "Reichheld & Sasser 1990 (bank branches)", "profit_change_five_points", 85),
    ("retention-profit-leverage", "Reichheld & Sasser 1990 (insurance brokerage)", "profit_change_five_points", 50),
    ("retention-profit-leverage", "Reichheld & Sasser 1990 (auto service)", "profit_change_five_points", 30),
    ("retention-profit-leverage", "Reichheld & Sasser 1990 (credit cards)", "profit_change_five_points", 125),
    # Schulze, Skiera & Wiesel 2012, J. Marketing 76(2), 17-32
    ("retention-profit-leverage", f"{SCHULZE} (Netflix)", "shareholder_value_elasticity", 4.4),
    ("retention-drives-growth", f"{SCHULZE} (Netflix, number of customers)", "", 38),
    ("retention-drives-growth", f"{SCHULZE} (Netflix, retention)", "", 9),
    ("retention-drives-growth", f"{SCHULZE} (Verizon, retention)", "", 14),
    # Reinartz & Kumar 2002, Harvard Business Review 80(7)
    (
        "spend-grows-with-tenure",
        "Reinartz & Kumar 2002 (French grocery retailer)",
        "longevity_profit_correlation",
        0.45,
    ),
    ("spend-grows-with-tenure", "Reinartz & Kumar 2002 (US mail order)", "longevity_profit_correlation", 0.20),
    # McCarthy, Fader & Hardie 2017, by tenure
    ("spend-grows-with-tenure", "McCarthy, Fader & Hardie 2017 (DISH value, ten years)", "", 1932),
    ("repeat-momentum", "McCarthy, Fader & Hardie 2017 (DISH, just won)", "", 5.5),
    # Schmitt, Skiera & Van den Bulte 2011, J. Marketing 75, 46-59; Harvard Business Review, June 2011
    ("referred-customers-are-worth-more", "Schmitt, Skiera & Van den Bulte 2011", "value_ratio", 1.16),
    ("referred-customers-are-worth-more", "Schmitt et al. 2011 (staying)", "retention_ratio", 1.18),
    # Garnefeld et al. 2013, J. Marketing 77(4), 17-32
    ("satisfied-customers-refer", "Garnefeld et al. 2013 (recommenders)", "", 0.07),
    ("satisfied-customers-refer", "Garnefeld et al. 2013 (revenue)", "", 11.4),
    # Trusov, Bucklin & Pauwels 2009, J. Marketing 73(5), 90-102
    ("word-of-mouth-brings-customers", "Trusov, Bucklin & Pauwels 2009", "sign_up_elasticity", 0.53),
    # You, Vadakkepatt & Joshi 2015, J. Marketing 79, 19-39
    ("word-of-mouth-brings-customers", "You, Vadakkepatt & Joshi 2015 (volume)", "review_volume_elasticity", 0.236),
    ("word-of-mouth-brings-customers", "You, Vadakkepatt & Joshi 2015 (valence)", "review_valence_elasticity", 0.417),
    # Babic Rosario et al. 2016, J. Marketing Research 53, 297-318
    ("word-of-mouth-brings-customers", "Babic Rosario et al. 2016", "review_sales_correlation", 0.091),
    # Marsden, Samson & Upton 2005
    ("negative-word-of-mouth-costs-more", f"{MARSDEN} (correlation, bad)", "", -0.524),
    ("negative-word-of-mouth-costs-more", f"{MARSDEN} (slope, bad)", "", 0.414),
    ("negative-word-of-mouth-costs-more", f"{MARSDEN} (slope, good)", "", 0.147),
    ("nps-marks-loyalty", MARSDEN, "growth_correlation", 0.484),
    # Otto, Szymanski & Varadarajan 2020, J. Academy of Marketing Science
    ("satisfaction-keeps-customers", "Otto, Szymanski & Varadarajan 2020", "performance_correlation", 0.101),
    ("satisfaction-keeps-customers", "Otto, Szymanski & Varadarajan 2020 (best case)", "", 0.349),
    # Edelman 2019, special report on brand trust
    ("quality-builds-trust", "Edelman 2019 (quality)", "", 0.85),
    ("quality-builds-trust", "Edelman 2019 (trust in the brand)", "", 0.81),
]


@pytest.mark.parametrize(("claim", "study", "quantity", "value"), TRANSCRIBED)
def test_transcribed_figures_are_the_sources(claim: str, study: str, quantity: str, value: float) -> None:
    assert find(claim, study, quantity).value == pytest.approx(value, abs=1e-9)


# ---------------------------------------------------------------- recomputed rows, derived a second time

TWO_FIGURES = 0.005  # recomputed values are kept to two or three decimals


@pytest.mark.parametrize(
    ("firm", "retention", "elasticity"),
    [
        ("Amazon", 0.70, 2.45),
        ("Ameritrade", 0.95, 6.75),
        ("Capital One", 0.85, 5.12),
        ("eBay", 0.80, 3.42),
        ("E*Trade", 0.95, 6.67),
    ],
)
def test_churn_elasticity_is_the_published_one_over_the_odds_of_staying(
    firm: str, retention: float, elasticity: float
) -> None:
    """1 % of r is r/(1-r) % of the churn rate 1-r (Gupta, Lehmann & Stuart 2004, Tables 2, 4, 5)."""
    row = find("retention-profit-leverage", f"{GUPTA} ({firm})", "churn_elasticity")
    assert row.value == pytest.approx(elasticity / (retention / (1 - retention)), abs=TWO_FIGURES)
    assert row.grade is Grade.RECOMPUTED


@pytest.mark.parametrize(
    ("firm", "at_70", "at_80", "at_90"),
    [
        ("Amazon", 0.82, 1.10, 1.62),
        ("Ameritrade", 0.65, 0.85, 1.25),
        ("Capital One", 6.21, 8.88, 14.14),
        ("eBay", 1.39, 1.89, 2.82),
        ("E*Trade", 0.98, 1.34, 2.03),
    ],
)
def test_ten_point_rows_follow_from_table_six(firm: str, at_70: float, at_80: float, at_90: float) -> None:
    """Gupta, Lehmann & Stuart 2004, Table 6, value in billion dollars at a discount rate of 12 %."""
    for step, low, high in (("70 to 80 %", at_70, at_80), ("80 to 90 %", at_80, at_90)):
        row = find("retention-profit-leverage", f"{GUPTA} ({firm}, {step})")
        assert row.value == pytest.approx(100 * (high - low) / low, abs=0.05)


def card_value(stay: float, discount: float) -> float:
    """A card holder's value: 60 dollars to win, then 30, 42, 44, 50, 56, 56 ... at each year's end for 60 years."""
    profits = [30, 42, 44, 50] + [56] * 56
    return sum(p * stay**year / (1 + discount) ** (year + 1) for year, p in enumerate(profits)) - 60


@pytest.mark.parametrize(
    ("name", "discount"), [("no discounting", 0.0), ("10 % discount", 0.10), ("15 % discount", 0.15)]
)
def test_card_stream_rows_follow_from_the_published_stream(name: str, discount: float) -> None:
    base = card_value(0.90, discount)
    for quantity, stay, tolerance in (
        ("profit_change_five_points", 0.95, 0.5),
        ("profit_change_five_percent_churn", 0.905, 0.05),
    ):
        row = find("retention-profit-leverage", f"Reichheld-Sasser card stream ({name})", quantity)
        assert row.value == pytest.approx(100 * (card_value(stay, discount) / base - 1), abs=tolerance)


def test_word_of_mouth_ratios_follow_from_the_published_slopes_and_correlations() -> None:
    """Marsden, Samson & Upton 2005: slopes .414 and .147, correlations -.524 and .484, pounds 24.84 and 8.82."""
    claim = "negative-word-of-mouth-costs-more"
    per_point = find(claim, MARSDEN, "ratio_per_promoter_point").value
    assert per_point == pytest.approx(0.414 / 0.147, abs=TWO_FIGURES)
    assert per_point == pytest.approx(24.84 / 8.82, abs=TWO_FIGURES)
    assert find(claim, MARSDEN, "ratio_per_standard_deviation").value == pytest.approx(0.524 / 0.484, abs=TWO_FIGURES)
    assert find(claim, MARSDEN, "ratio_per_customer_moved").value == pytest.approx(0.414 / 0.294, abs=TWO_FIGURES)
    assert find(claim, MARSDEN, "correlation_gap").value == pytest.approx(0.524 - 0.484, abs=1e-9)


@pytest.mark.parametrize(("name", "r", "n"), [("all customers", 0.11, 946), ("without one outlier", 0.06, 945)])
def test_correlation_intervals_are_fisher_s(name: str, r: float, n: int) -> None:
    """Interval of a published correlation by Fisher's z: tanh(artanh r +- z / sqrt(n - 3))."""
    row = find("spend-grows-with-tenure", f"Fader, Hardie & Lee 2005 (CDNOW, {name})")
    half = Z_95 / math.sqrt(n - 3)
    centre = 0.5 * math.log((1 + r) / (1 - r))
    bounds = [(math.exp(2 * z) - 1) / (math.exp(2 * z) + 1) for z in (centre - half, centre + half)]
    assert row.value == pytest.approx(r)
    assert (row.low, row.high) == pytest.approx(tuple(bounds), abs=1e-5)


def test_share_interval_is_wilson_s() -> None:
    """946 of 2,357: the bounds solve (p - x)^2 = z^2 x (1 - x) / n."""
    row = find("existing-customers-buy-more-readily", "CDNOW sample (Fader & Hardie)")
    share = 946 / 2357
    assert row.value == pytest.approx(share, abs=1e-5)
    for bound in (row.low, row.high):
        assert bound is not None
        assert (share - bound) ** 2 == pytest.approx(Z_95**2 * bound * (1 - bound) / 2357, rel=1e-3)


def test_differences_and_ratios_follow_from_their_parts() -> None:
    growth, spend, refer = "retention-drives-growth", "spend-grows-with-tenure", "satisfied-customers-refer"
    quantity = "value_moved_retention_minus_customers"
    assert find(growth, f"{SCHULZE} (Netflix)", quantity).value == 9 - 38
    assert find(growth, f"{SCHULZE} (Verizon)", quantity).value == 14 - 38
    assert find(refer, "Garnefeld et al. 2013", "recommender_defection_gap").value == 7 - 19
    # Cumulative revenue per customer won 606, 796, 939 dollars after 12, 24, 36 months
    assert find(spend, "Blue Apron (second year on first)").value == pytest.approx(
        100 * ((796 - 606) / 606 - 1), abs=0.05
    )
    assert find(spend, "Blue Apron (third year on second)").value == pytest.approx(
        100 * ((939 - 796) / (796 - 606) - 1), abs=0.05
    )
    assert find("acquisition-cost-multiple", "DIRECTV 2004 (upgrade and retention)").value == pytest.approx(
        1000 / 13.5, abs=0.5
    )
    # SAC over ARPU in four quarters
    months = (535 / 59.20 + 570 / 64.70 + 545 / 59.10 + 595 / 60.90) / 4
    assert find("acquisition-cost-multiple", "DIRECTV 2002-2003 (months of revenue)").value == pytest.approx(
        months, abs=TWO_FIGURES
    )
