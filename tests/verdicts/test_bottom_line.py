"""Bottom lines: bound to verdict and confidence, every number from a result by name, 35 words at most."""

import re

import pytest

from analysis.core.claim import BottomLine
from analysis.core.errors import RegisterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Confidence, Design, Kind, Outcome, Shade
from analysis.register.bottom_lines import NAME, bottom_lines
from analysis.register.claims import load_register
from analysis.verdicts.bottom_line import LONGEST, bottom_line, entry_for, filled, stale_lines
from analysis.verdicts.decide import decide
from tests.helpers import an_estimate

REGISTER = load_register()
CLAIM = REGISTER["reactivation-pays"]


def an_answer(value: float, low: float, high: float, **changes: object) -> Estimate:
    given = {"n": 27_415, "source": "Post office trial", "design": Design.RANDOMISED} | changes
    return an_estimate(value, low, high, claim=CLAIM.id, quantity=CLAIM.quantity("return_difference"), **given)


def with_lines(*lines: BottomLine):
    from dataclasses import replace

    return replace(CLAIM, bottom_lines=lines)


HIGH_AND_HOLDS = decide(CLAIM, [an_answer(1.26, 0.84, 2.08)])


def a_line(text: str, **changes: object) -> BottomLine:
    given = {"verdict": HIGH_AND_HOLDS.outcome, "confidence": HIGH_AND_HOLDS.confidence} | changes
    return BottomLine(text=text, **given)  # type: ignore[arg-type]


def test_numbers_come_in_peoples_units() -> None:
    claim = with_lines(
        a_line("It brings back {per_1000} more of 1,000 ({per_1000_range}), {value} points; {n} were asked.")
    )
    # 1.26 points are 12.6 in a thousand, .84 and 2.08 are 8.4 and 20.8.
    assert (
        bottom_line(claim, HIGH_AND_HOLDS).text
        == "It brings back 13 more of 1,000 (8 to 21), 1.3 points; 27,000 were asked."
    )


def test_a_source_can_be_named() -> None:
    text = "{Post office trial|return_difference|low} to {Post office trial|return_difference|high}"
    assert filled(text, CLAIM, HIGH_AND_HOLDS) == "0.84 to 2.1"


@pytest.mark.parametrize(
    "change", [{"confidence": Confidence.HIGH}, {"verdict": Outcome.FAILS}, {"shade": Shade.IN_FULL}]
)
def test_text_for_another_verdict_gives_way_to_the_generated_sentence_and_is_listed(change: dict) -> None:
    claim = with_lines(a_line("Written for something else.", **change))
    assert HIGH_AND_HOLDS.confidence is not Confidence.HIGH
    told = bottom_line(claim, HIGH_AND_HOLDS)
    assert told.text == HIGH_AND_HOLDS.sentence.split(" What would settle it:")[0]
    assert "the verdict is holds" in told.stale
    (line,) = stale_lines((claim,), {CLAIM.id: HIGH_AND_HOLDS})
    assert line.startswith(f"{CLAIM.id}: the bottom line is stale")


def test_text_with_a_name_that_no_result_fills_gives_way_too() -> None:
    told = bottom_line(with_lines(a_line("{Nowhere|return_difference|value} more.")), HIGH_AND_HOLDS)
    assert "Nowhere" in told.stale
    assert told.text == HIGH_AND_HOLDS.sentence.split(" What would settle it:")[0]


def test_a_number_of_one_source_is_not_told_for_several_that_decide() -> None:
    """The first of them would stand there as if it were the only one."""
    second = an_answer(0.9, 0.6, 1.2, source="Second trial")
    verdict = decide(CLAIM, [an_answer(1.26, 0.84, 2.08), second])
    told = bottom_line(with_lines(a_line("It is {value} more.", confidence=verdict.confidence)), verdict)
    assert "several decide" in told.stale
    named = "{Post office trial|return_difference|value} and {Second trial|return_difference|value}"
    assert filled(named, CLAIM, verdict) == "1.3 and 0.9"


def test_the_text_that_names_the_shade_goes_first() -> None:
    general, special = a_line("General."), a_line("Special.", shade=HIGH_AND_HOLDS.shade)
    assert entry_for(with_lines(general, special), HIGH_AND_HOLDS) is special


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"verdict": "holds", "confidence": "low", "text": "It is 5 times."}, "5"),
        ({"verdict": "holds", "confidence": "low", "text": " "}, "text"),
        ({"verdict": "true", "confidence": "low", "text": "A."}, "verdict"),
        ({"verdict": "holds", "confidence": "middling", "text": "A."}, "confidence"),
        ({"verdict": "holds", "confidence": "low", "text": "A.", "tone": "dry"}, "tone"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_with_the_word_for_it(entry: dict, word: str) -> None:
    with pytest.raises(RegisterMistake, match=word):
        bottom_lines("x.toml, claim 'y'", [entry])


def test_two_texts_for_one_verdict_are_refused() -> None:
    entry = {"verdict": "holds", "confidence": "low", "text": "Since 1990."}
    assert len(bottom_lines("x.toml", [entry])) == 1
    with pytest.raises(RegisterMistake, match="two"):
        bottom_lines("x.toml", [entry, entry])


# --- the register's own -------------------------------------------------------------------------------------------

LINES = [(claim, line) for claim in REGISTER.claims for line in claim.bottom_lines]


def test_every_claim_has_a_text_and_says_what_it_costs() -> None:
    assert [c.id for c in REGISTER.claims if not c.bottom_lines or not c.costs] == []


@pytest.mark.parametrize(("claim", "line"), LINES, ids=[f"{c.id}-{b.confidence}-{b.verdict}" for c, b in LINES])
def test_a_text_is_short_and_names_what_can_be_filled(claim, line: BottomLine) -> None:
    # The longest that a name becomes is a range in a thousand: five words.
    longest = {"per_1000_range": "13 fewer to 8 more", "range": "-15 to +30"}
    words = NAME.sub(lambda found: longest.get(found.group(1), "0"), line.text).split()
    assert len(words) <= LONGEST, len(words)
    for name in NAME.findall(line.text):
        if "|" in name:
            assert name.split("|")[1] in {q.name for q in claim.quantities}


@pytest.mark.parametrize(("claim", "line"), LINES, ids=[f"{c.id}-{b.confidence}-{b.verdict}" for c, b in LINES])
def test_the_verb_of_a_text_carries_its_confidence(claim, line: BottomLine) -> None:
    text = line.text.lower()
    if line.confidence is Confidence.VERY_LOW:
        assert "very uncertain" in text
    if line.confidence is Confidence.LOW:
        assert re.search(r"\b(may|might|could|cannot|could be shown)\b", text)
    if line.confidence is not Confidence.VERY_LOW:
        assert "very uncertain" not in text


def test_the_hash_of_the_rules_does_not_hang_on_the_texts() -> None:
    from dataclasses import replace

    from analysis.register.claims import Register

    bare = Register(claims=tuple(replace(c, bottom_lines=(), costs="", first_said="") for c in REGISTER.claims))
    assert bare.hash == REGISTER.hash
    other = Register(claims=tuple(replace(c, statement=f"{c.statement}!") for c in REGISTER.claims))
    assert other.hash != REGISTER.hash


def test_own_numbers_are_not_told_in_a_public_text() -> None:
    verdict = decide(CLAIM, [an_answer(1.26, 0.84, 2.08, kind=Kind.OWN, source="Acme")], scope="Acme")
    with pytest.raises(LookupError):
        filled("{Post office trial|return_difference|value}", CLAIM, verdict)
