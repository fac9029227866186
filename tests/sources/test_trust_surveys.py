"""Trust surveys: invented answers of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import trust_surveys as source


def test_trust_is_the_overall_score_and_items_are_named_by_group():
    answers = pd.DataFrame({**{name: [1.0, 2.0] for name in source.MOBILE}, "PERQ7": 9.0, "IMAG2": 9.0})
    answers["IMAG1"] = [10.0, 4.0]
    table = source.items_table(answers, source.MOBILE)
    assert table["overall"].tolist() == [10, 4]
    assert [c for c in table if c.startswith("x_works_")] == ["x_works_society"]
    assert len([c for c in table if c.startswith("x_quality_")]) == 6
    assert not (table == 9.0).to_numpy().any(), "items next to trust take no part"


def test_slope_of_standardised_answers_is_their_correlation_within_provider():
    answers = pd.DataFrame({f"switch_{k}": [1.0, 3.0, 5.0, 7.0] for k in range(1, 5)})
    answers = answers.assign(cusl_3=[2.0, 4.0, 7.0, 5.0], serviceprovider=[1, 1, 2, 2])
    table = source.switching_table(answers)
    # Within provider costs are -1, 1, -1, 1 and staying -1, 1, 1, -1: no correlation, whatever differs between providers.
    assert table["exposure"].tolist() == pytest.approx([-1, 1, -1, 1])
    assert table["outcome"].tolist() == pytest.approx([-1, 1, 1, -1])


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="respondents, mobile"):
        source.check_facts(pd.DataFrame({"IMAG1": [1]}), pd.DataFrame())


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch trust_surveys" in source.SOURCE.absence()


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert [len(source.SOURCE.frame(key).table) for key in source.SOURCE.builders] == [250, 347, 347]
