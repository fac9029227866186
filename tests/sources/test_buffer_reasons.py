"""Reasons for cancelling: an invented R file of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault
from analysis.core.vocabulary import Sampling
from analysis.register.claims import load_register
from analysis.sources import buffer_reasons as source
from analysis.sources._rfile import read_r_table
from analysis.verdicts.collecting import collect

CLAIM = "people-leave-over-service-not-offers"
SWITCHING = "I\N{RIGHT SINGLE QUOTATION MARK}m switching to something else"
ROWS = [
    ("2016-05-02 10:00:00", "b", source.PAID, "It was too expensive"),
    ("2016-05-01 10:00:00", "a", source.PAID, SWITCHING),
    ("2016-06-01 10:00:00", "a", source.PAID, "Other"),
    ("2016-06-02 10:00:00", "a", source.ALTOGETHER, "I don't need Buffer anymore"),
    ("2016-06-03 10:00:00", "c", source.PAID, "I had trouble or there were missing features"),
    ("2017-05-01 10:00:00", "d", source.PAID, ""),
    ("2016-06-04 10:00:00", "e", source.TO_A_CHEAPER_PLAN, "It was too expensive"),
]


@pytest.fixture
def raw(tmp_path) -> pd.DataFrame:
    columns = [f"{source.PREFIX}{name}" for name in source.COLUMNS]
    table = pd.DataFrame(ROWS, columns=columns).assign(**{f"{source.PREFIX}Details": "what people wrote"})
    rdata.write_rda(tmp_path / "churn_responses.Rda", {"responses": table.astype("category")})
    return source.read(tmp_path / "churn_responses.Rda")


def test_what_people_wrote_is_not_read_on(raw):
    assert list(raw.columns) == ["at", "user", "survey", "reason"]


def test_the_first_answer_counts_and_each_survey_by_itself(raw):
    answers = source.process(raw)
    paid = source.reason_table(answers, source.PAID).set_index("reason")
    assert paid["n"].to_dict() == {
        SWITCHING: 1,
        "It was too expensive": 1,
        "I had trouble or there were missing features": 1,
    }
    assert paid["group"].to_dict() == {
        SWITCHING: "offer",
        "It was too expensive": "price",
        "I had trouble or there were missing features": "service",
    }
    assert source.reason_table(answers, source.ALTOGETHER)["n"].tolist() == [1]


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="answers = 33333"):
        source.check_facts(raw)


@pytest.fixture
def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return read_r_table(source.files()[0], "responses").rename(columns=lambda name: name.removeprefix(source.PREFIX))


@pytest.mark.real_data
def test_answers_and_texts_as_the_analyst_counts_them(real):
    """He prints "over 30,000" answers, and "around 16 thousand" with a text (or "false"), November 2015 to July 2017."""
    assert len(real) > 30_000
    texts = real[~real["Details"].isin(["", "[No reason supplied]"]) & real["Details"].notna()]
    assert round(len(texts), -3) == 16_000
    months = texts.loc[texts["Created.At.Time"] != "", "Created.At.Time"].str[:7]
    assert (months.min(), months.max()) == ("2015-11", "2017-07")


@pytest.mark.real_data
def test_the_gap_is_that_of_counting_by_hand(real):
    """From the rows themselves, the first answer of each, the variance that of a mean of 1, 0 and -1."""
    paid = real[(real["Survey.Type"] == source.PAID) & (real["Reason"] != "")]
    first = paid.sort_values("Created.At.Time", kind="stable").groupby("User.ID")["Reason"].first()
    sign = first.map(
        {"I had trouble or there were missing features": 1.0, "It was too expensive": -1.0, SWITCHING: -1.0}
    )
    sign = 100 * sign.fillna(0.0)
    found = collect(CLAIM, (source.SOURCE,)).estimates[0]
    assert found.n == len(sign)
    assert found.value == pytest.approx(sign.mean(), rel=1e-4)
    assert found.high - found.value == pytest.approx(1.96 * sign.std(ddof=0) / len(sign) ** 0.5, rel=1e-3)


@pytest.mark.real_data
def test_who_answers_is_a_volunteer_and_the_survey_of_non_payers_has_no_vote(real):
    paid, _, altogether, _ = collect(CLAIM, (source.SOURCE,)).estimates
    assert {paid.sampling, altogether.sampling} == {Sampling.VOLUNTEERS}
    assert "without a vote" in altogether.method
    assert load_register()[CLAIM].quantity(paid.quantity).decides
