"""Spanish motor insurance: invented policies of the same layout; the real archive where the data folder has it."""

from __future__ import annotations

import math
from zipfile import ZipFile

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import spanish_motor as source

FIXED = {
    "Date_birth": "01/01/1970",
    "Payment": 0,
    "Distribution_channel": 0,
    "Area": 0,
    "Second_driver": 0,
    "Type_risk": 3,
    "Year_matriculation": 2007,
    "Power": 100,
    "Value_vehicle": 10_000.0,
}
COLUMNS = [
    "ID",
    "Date_start_contract",
    "Date_last_renewal",
    "Date_lapse",
    "Premium",
    "Policies_in_force",
    "N_claims_year",
]
ROWS = [
    (1, "10/01/2014", "10/01/2016", "10/01/2018", 100.0, 1, 2),
    (1, "10/01/2014", "10/01/2017", "10/01/2018", 110.0, 2, 0),
    (1, "10/01/2014", "10/01/2018", "10/01/2018", 121.0, 0, 9),  # the offer that was refused
    (2, "01/02/2016", "01/02/2016", None, 200.0, 1, 0),
    (2, "01/02/2016", "01/02/2017", None, 300.0, 1, 0),  # another cover
    (3, "01/03/2016", "01/03/2017", "01/06/2017", 50.0, 1, 0),
    (3, "01/03/2016", "01/03/2018", "01/06/2017", 50.0, 1, 0),  # offered after leaving
]


@pytest.fixture
def raw(tmp_path):
    table = pd.DataFrame(ROWS, columns=COLUMNS).assign(**FIXED)
    with ZipFile(tmp_path / "raw.zip", "w") as archive:
        archive.writestr(f"folder/{source.MEMBER}", table.to_csv(index=False, sep=";"))
    return source.read(tmp_path / "raw.zip")


def test_a_lapse_on_the_day_of_renewal_is_an_offer_refused(raw):
    table = source.renewals(raw)
    assert table[["ID", "Premium", "before_Premium", "lapsed"]].to_numpy().tolist() == [
        [1, 110.0, 100.0, 0],
        [1, 121.0, 110.0, 1],
        [2, 300.0, 200.0, 0],
    ]


def test_price_change_tenure_and_claims_of_the_year_before(raw):
    table = source.price_table(source.renewals(raw), every_change=True)
    assert table["price_change"].tolist() == pytest.approx([math.log(1.1), math.log(1.1), math.log(1.5)])
    assert table["tenure_years"].tolist() == pytest.approx([3, 4, 1], abs=0.01)
    assert table["x_claims_year_before"].tolist() == [2, 0, 0], "the year's own nine claims come after the answer"
    assert len(source.price_table(source.renewals(raw))) == 2, "a rise by half is another cover"


def test_several_policies_are_counted_the_year_before(raw):
    table = source.renewals(raw)
    assert source.products_table(table)["treated"].tolist() == [0, 1, 0]
    assert source.products_table(table, same_row=True)["treated"].tolist() == [1, 0, 0]


def test_counted_rate_of_the_year_after(raw):
    found = source.churn_table(raw)
    assert (found["n_start"][0], found["n_lost"][0]) == (3, 2), "1 refuses its next offer, 3 lapses within the year"


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="policy-years = 105555"):
        source.check_facts(raw)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch spanish_motor" in source.SOURCE.absence()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_is_judged_on_other_policies():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    table = source.load_renewals()
    assert 51_500 < len(table) < 52_053
    judged = source.SOURCE.frame("scores").table
    rows = table.iloc[judged["unit_id"]]
    assert (rows["ID"] % 2 == 1).all() and (rows["Date_last_renewal"].dt.year == 2018).all()
