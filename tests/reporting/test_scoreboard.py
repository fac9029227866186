"""All claims on one page, and the same for machines."""

import base64
import hashlib
import json
import math
import re

import pytest

from analysis.core.results import NotIdentifiedSource
from analysis.core.vocabulary import Design, Kind, Outcome, Role
from analysis.notebook.section.answer import AnswerExhibit
from analysis.register.claims import load_register
from analysis.reporting.scoreboard import PRACTICES, write_scoreboard
from analysis.reporting.verdict_records import machine_form
from analysis.verdicts.decide import decide
from tests.helpers import an_estimate, code, shown, write_notebook
from tests.reporting.pages import Page, outside

REGISTER = load_register()
TESTED = REGISTER["spend-grows-with-tenure"]
NASTY = "Shop <script>alert(1)</script>"

# The fields that issue 2 promises to machines, and those that came on top.
PROMISED = {"claim", "verdict", "confidence", "reasons", "design", "estimates", "register_hash"}
MORE = {
    "scope",
    "not_identified",
    "settles",
    "shade",
    "bottom_line",
    "bottom_line_stale",
    "not_published_defaults",
}
# What the rule used: only where something was reported.
OF_THE_RULE = {
    "question",
    "rule",
    "lead",
    "quantity",
    "quantities",
    "bar",
    "bodies",
    "tally",
    "pooled",
    "checks",
    "elsewhere",
}
PROMISED_OF_ESTIMATES = {"source", "kind", "value", "low", "high", "level", "scale", "null", "n", "design"}
MORE_OF_ESTIMATES = {
    "role",
    "quantity",
    "unit",
    "start",
    "votes",
    "reading",
    "shade",
    "decided",
    "firm",
    "frame",
    "events",
    "smallest_group",
}
MORE_OF_ESTIMATES |= {
    "validation",
    "sampling",
    "vendor",
    "intention_only",
    "sign",
    "derived",
    "estimator",
    "data",
    "stored",
}


def an_answer(value, low, high, **changes):
    return an_estimate(
        value, low, high, claim=TESTED.id, quantity=TESTED.quantities[0], **{"n": 100, "source": NASTY} | changes
    )


ANSWERS = [
    an_answer(1.0, -10.0, 12.0, source="Shop A"),
    an_answer(12.3456789, 11.0, 13.0),
    an_answer(5.0, 4.0, 6.0, role=Role.NAIVE, source="Shop A"),
]
NOT_IDENTIFIED = NotIdentifiedSource(claim=TESTED.id, source="Shop C", reason="One closed <cohort>.")
PUBLIC = decide(TESTED, ANSWERS, not_identified=[NOT_IDENTIFIED], register_hash=REGISTER.hash)
OWN = decide(
    TESTED, [an_answer(-5.0, -6.0, -4.0, kind=Kind.OWN, source="Acme")], scope="Acme", register_hash=REGISTER.hash
)


def executed(folder, *verdicts, name=TESTED.notebook):
    card = AnswerExhibit(claim=TESTED, verdicts=verdicts)
    return write_notebook(
        folder / f"{name}.ipynb", code("card", "verdict", count=1, outputs=[shown(card._repr_mimebundle_())])
    )


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    folder = tmp_path_factory.mktemp("board")
    failed = {"99_fails": "ValueError: no <b>such</b> thing"}
    write_scoreboard(folder, [executed(folder, PUBLIC, OWN)], failed)
    return folder


@pytest.fixture(scope="module")
def records(board):
    return json.loads((board / "verdicts.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)


@pytest.fixture(scope="module")
def page(board):
    return Page.read(board / "index.html")


# --- for machines -------------------------------------------------------------------------------------------------


def test_machine_form_has_the_promised_fields_in_every_record(records):
    assert all(set(record) - OF_THE_RULE == PROMISED | MORE for record in records)
    assert all(set(e) == PROMISED_OF_ESTIMATES | MORE_OF_ESTIMATES for record in records for e in record["estimates"])


def test_machine_form_holds_every_claim_once_and_own_verdicts_behind(records):
    public = [record["claim"] for record in records if record["scope"] == "public"]
    assert public == [claim.id for claim in REGISTER.claims]
    place = next(i for i, record in enumerate(records) if record["scope"] == "Acme")
    assert (records[place]["claim"], records[place - 1]["claim"]) == (TESTED.id, TESTED.id)
    assert len(records) == len(REGISTER.claims) + 1


def test_machine_form_of_a_tested_claim_is_its_verdict(records):
    record = next(r for r in records if r["claim"] == TESTED.id and r["scope"] == "public")
    assert (record["verdict"], record["confidence"], record["design"]) == ("holds", "very low", "observational")
    assert record["reasons"] == list(PUBLIC.reasons)
    assert record["not_identified"] == [{"source": "Shop C", "reason": "One closed <cohort>."}]
    assert record["register_hash"] == REGISTER.hash


def test_machine_form_of_an_estimate_is_its_number_and_reading(records):
    record = next(r for r in records if r["claim"] == TESTED.id and r["scope"] == "public")
    assessments = {(e["source"], e["role"]): e for e in record["estimates"]}
    answer = assessments[NASTY, "answer"]
    assert (answer["value"], answer["low"], answer["high"], answer["level"]) == (12.346, 11.0, 13.0, 0.95)
    assert (answer["kind"], answer["scale"], answer["null"], answer["n"]) == ("public", "percent", 0.0, 100)
    assert {key: e["reading"] for key, e in assessments.items()} == {
        ("Shop A", "answer"): "open",
        (NASTY, "answer"): "holds",
        ("Shop A", "naive"): None,
    }


def test_machine_form_of_an_untested_claim_says_what_would_settle_it(records):
    untested = [r for r in records if r["claim"] != TESTED.id]
    for record in untested:
        assert (record["verdict"], record["confidence"], record["design"], record["estimates"]) == (
            "nothing found",
            "none",
            None,
            [],
        )
        assert record["settles"] == REGISTER[record["claim"]].settles
        assert record["register_hash"] == REGISTER.hash


def test_machine_form_kinds_and_outcomes_are_the_words_of_the_house(records):
    assert {r["verdict"] for r in records} <= set(Outcome)
    assert {e["kind"] for r in records for e in r["estimates"]} <= set(Kind)


def test_machine_form_of_an_interval_without_bound_is_json():
    verdict = decide(TESTED, [an_answer(12.0, 11.0, math.inf)])
    record = next(r for r in machine_form([verdict], REGISTER) if r["claim"] == TESTED.id)
    assert json.loads(json.dumps(record, allow_nan=False))["estimates"][0]["high"] == "inf"


# --- for readers --------------------------------------------------------------------------------------------------


def entry(board, claim):
    text = (board / "index.html").read_text(encoding="utf-8")
    return text.split(f'id="{claim.id}"', 1)[1].split("</details>", 1)[0]


def test_page_has_an_entry_for_every_claim(page):
    entries = [a["id"] for a in page.of("details") if "claim" in a.get("class", "").split()]
    assert entries == [
        claim.id
        for family in dict.fromkeys(c.family for c in REGISTER.claims)
        for claim in REGISTER.claims
        if claim.family == family
    ]
    assert len(page.ids) == len(set(page.ids))


def test_untested_claims_say_what_would_settle_them(board):
    for claim in REGISTER.claims:
        if claim is not TESTED:
            shown_entry = Page(f"<details {entry(board, claim)}").text
            assert "nothing found" in shown_entry
            assert f"What would settle it: {claim.settles}" in shown_entry


def test_tested_claim_shows_verdict_best_evidence_and_a_link_to_its_place(board):
    shown_entry = entry(board, TESTED)
    assert "holds" in shown_entry and "low confidence" in shown_entry
    assert f'href="{TESTED.notebook}.html#{TESTED.id}"' in shown_entry
    text = Page(f"<details {shown_entry}").text
    # The best evidence is the source that carries the verdict, not the first one by name.
    assert f"{NASTY}: 12.3" in text
    assert "Shop A: 1\u202f%" not in text.split("Claimed")[0]
    assert "Shop C: One closed <cohort>." in text


def test_own_verdict_stands_beside_the_public_one(board):
    text = Page(f"<details {entry(board, TESTED)}").text
    assert "Acme: very uncertain, leans no" in text
    assert "For Acme:" in text


def test_page_counts_verdicts_by_outcome(page):
    n_untested = len(REGISTER.claims) - 1
    lead = " ".join(page.text.split())
    assert (
        f"Of {len(REGISTER.claims)} popular claims about keeping customers, 1 holds up or leans that way, 0 fall short or lean "
        f"that way, and for {n_untested} nobody knows; none of the 1 answer is better than very unsure." in lead
    )


def test_page_says_what_it_rests_on(page):
    text = " ".join(page.text.split())
    assert "Real and publicShop <script>alert(1)</script>; Shop A" in text
    assert "OwnAcme" in text and "Publishedno figure" in text


def test_entry_says_on_what_evidence_in_a_few_words(board):
    assert "observational, 2 sources" in Page(f"<details {entry(board, TESTED)}").text


def test_page_names_failed_reports_and_escapes(page, board):
    assert "Some reports did not run through" in page.text
    assert "ValueError: no <b>such</b> thing" in page.text
    text = (board / "index.html").read_text(encoding="utf-8")
    assert text.lower().count("<script") == 1
    assert "alert(1)</script" not in text


def test_page_loads_nothing_from_outside_and_forbids_it(page):
    assert outside(page.loads) == []
    assert [link for link in outside(page.links) if not link.startswith("https://doi.org/10.")] == []
    assert page.policy["default-src"] == "'none'"
    assert set(page.policy) == {"default-src", "img-src", "style-src", "script-src"}


def test_only_the_script_of_the_page_may_run(page, board):
    text = (board / "index.html").read_text(encoding="utf-8")
    script = text.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert page.policy["script-src"] == f"'sha256-{digest}'"
    assert not re.search(r"\bon\w+=\"", text)


def test_page_lists_what_cannot_be_tested_with_the_reason(page):
    text = " ".join(page.text.split())
    assert all(f"{practice}: {why}." in text for practice, why in PRACTICES.items())


def test_page_states_the_register_it_was_read_under(page):
    assert f"Register {REGISTER.hash}" in page.text


def test_claim_without_a_page_has_no_link(tmp_path):
    write_scoreboard(tmp_path, [], {})
    page = Page.read(tmp_path / "index.html")
    assert {link for link in page.links if ".html" in link and "protocol.html" not in link} == set()
    assert "did not run through" not in page.text


def test_writing_twice_gives_the_same_bytes(board, tmp_path):
    write_scoreboard(tmp_path, [board / f"{TESTED.notebook}.ipynb"], {"99_fails": "ValueError: no <b>such</b> thing"})
    for name in ("index.html", "verdicts.json", "claims.jsonld", "protocol.html"):
        assert (tmp_path / name).read_bytes() == (board / name).read_bytes()


def test_verdicts_are_read_from_their_own_media_type_only(tmp_path):
    fake = shown({"text/plain": json.dumps(PUBLIC.to_json()), "application/json": {"verdicts": [PUBLIC.to_json()]}})
    path = write_notebook(tmp_path / "04_a.ipynb", code("x", count=1, outputs=[fake]))
    assert write_scoreboard(tmp_path, [path], {}) == []


def test_verdict_with_simulated_numbers_only_shows_none():
    scenario = an_answer(900.0, 899.0, 901.0, kind=Kind.SIMULATED, design=Design.RANDOMISED)
    (record,) = [r for r in machine_form([decide(TESTED, [scenario])], REGISTER) if r["claim"] == TESTED.id]
    assert (record["verdict"], record["estimates"]) == ("nothing found", [])
