"""Dutch charity mailings: invented donors of the same layout, and the file that the package brings."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.core.vocabulary import Design
from analysis.sources import charity_mailings as source

ROWS = [
    # respond, gift, resplast, weekslast, propresp, mailsyear, giftlast, avggift
    (1, 10, 1, 13.0, 0.9, 3.5, 10, 12.0),
    (0, 0, 0, 52.0, 0.2, 0.25, 25, 25.0),
    (1, 25, 0, 104.0, 0.5, 1.75, 25, 20.0),
    (0, 0, 1, 20.0, 0.4, 2.4, 5, 5.0),
]
COLUMNS = ["respond", "gift", "resplast", "weekslast", "propresp", "mailsyear", "giftlast", "avggift"]


@pytest.fixture
def raw(tmp_path, monkeypatch):
    path = tmp_path / "charity.csv.bz2"
    pd.DataFrame(ROWS, columns=COLUMNS).to_csv(path, index=False)
    table = source.read_csv(path)
    monkeypatch.setattr(source, "load", lambda: table)
    return table


def test_everyone_is_an_earlier_donor_and_nobody_is_called_never(raw):
    frame = source.SOURCE.frame("offers")
    assert frame.table["earlier"].tolist() == ["bought", "declined", "declined", "bought"]
    assert frame.table["responded"].tolist() == [1, 0, 1, 0]
    assert frame.context.design is Design.OBSERVATIONAL and frame.context.indirect


def test_dormant_donors_are_those_silent_for_a_year_or_more(raw):
    frame = source.SOURCE.frame("offers/dormant")
    assert frame.table["responded"].tolist() == [0, 1]


def test_contacts_round_the_yearly_number_and_count_one_at_least(raw):
    assert source.SOURCE.frame("contacts").table["contact_number"].tolist() == [4, 1, 2, 2]


def test_it_answers_nothing_and_says_why_with_a_number_each():
    assert not source.SOURCE.answers
    assert all(entry.naive for entry in source.SOURCE.not_identified.values())
    assert {entry.naive.frame for entry in source.SOURCE.not_identified.values()} <= set(source.SOURCE.builders)


def test_a_file_with_someone_who_never_gave_is_refused():
    table = pd.DataFrame([ROWS[0]] * 4_267 + [(0, 0, 0, 10.0, 0.0, 1.0, 0, 0.0)], columns=COLUMNS)
    with pytest.raises(DataFault, match="people who never gave"):
        source.check_facts(table)


def test_the_packages_file_is_the_documented_one():
    source.check_facts(source.read_csv(source.files()[0]))
