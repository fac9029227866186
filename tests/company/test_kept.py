"""What one process of a run found out about a company's tables, others read: the same frames, ledger and mistakes."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from analysis.company import kept
from analysis.company.kept import Found, Kept
from analysis.core import paths
from analysis.core.errors import FrameUnavailable, UserMistake
from analysis.reporting.own_data_check import check_company
from analysis.reporting.own_run import kept_while, own_run
from analysis.reporting.plan import Step
from analysis.sources.own_tables import company_source

LOG = "customer_id,at,amount\n" + "".join(
    f"c{i % 9},{2022 + i % 3}-{i % 12 + 1:02d}-{i % 28 + 1:02d},{i % 50}\n" for i in range(600)
)


@pytest.fixture
def shop(folder: Callable[..., Path]) -> Path:
    return folder({"transactions.csv": LOG, "tickets.csv": "ticket_id,customer_id,opened_at\n1,c1,2022-03-04\n"})


def test_a_second_process_opens_no_table(shop: Path) -> None:
    alone = company_source(shop)
    expected = alone.frame("repeat_trials")
    with kept_while(str(shop), None):
        first = company_source(shop)
        first.frame("repeat_trials")
        first.ledger()
        second = company_source(shop)
        found = second.frame("repeat_trials")
        assert second.company.names == alone.company.names
        assert second.ledger() == first.ledger() == alone.ledger()
        assert "engine" in vars(first.company)
        assert "engine" not in vars(second.company)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert found.context == expected.context


def test_a_mistake_is_told_in_the_same_words(shop: Path) -> None:
    def told() -> str:
        with pytest.raises(FrameUnavailable) as caught:
            company_source(shop).frame("reasons")
        return str(caught.value)

    alone = told()
    with kept_while(str(shop), None):
        assert told() == alone
        assert told() == alone


def test_check_says_the_same_from_what_is_kept(shop: Path, tmp_path: Path) -> None:
    alone = check_company(shop)
    with kept_while(str(shop), tmp_path / "kept"):
        check_company(shop)
    with kept_while(str(shop), tmp_path / "kept"):
        again = check_company(shop)
    assert (again.ledger, again.claims, again.unbuilt, again.notes) == (
        alone.ledger, alone.claims, alone.unbuilt, alone.notes,
    )  # fmt: skip
    assert (again.queries.n, alone.queries.n > 0) == (0, True)


def test_other_rows_are_read_anew(shop: Path, tmp_path: Path) -> None:
    def rows() -> int:
        with kept_while(str(shop), tmp_path / "kept"):
            return check_company(shop).n_read

    before = rows()
    with (shop / "transactions.csv").open("a") as file:
        file.write("c3,2024-05-05,7\n")
    assert rows() == before + 1


def test_nothing_stays_and_nobody_else_may_look(shop: Path) -> None:
    with kept_while(str(shop), None):
        company = company_source(shop).company
        company.ledger()
        assert company.kept is not None
        place = company.kept.folder
        modes = {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir() if path.suffix != ".lock"}
        assert (stat.S_IMODE(place.stat().st_mode), modes) == (0o700, {0o600})
    assert not place.exists()
    assert kept.kept_of(str(shop)) is None


def test_a_folder_open_to_others_is_refused(shop: Path, tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    with kept_while(str(shop), keep):
        (inner,) = keep.iterdir()
    inner.chmod(0o755)
    with pytest.raises(UserMistake, match="mode 700"), kept_while(str(shop), keep):
        pass


def test_nothing_is_kept_among_the_pages(shop: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    with (
        pytest.raises(UserMistake, match="outside that of the reports"),
        kept_while(str(shop), reports / "kept", reports),
    ):
        pass


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    place = Kept(tmp_path)
    place.once("key", lambda: Found(value=1))
    for path in tmp_path.iterdir():
        path.write_bytes(b"half a fi")
    assert place.once("key", lambda: Found(value=2)).value == 2
    assert place.once("key", lambda: Found(value=3)).value == 2


def test_one_of_many_makes_it(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> Found:
        made.append(1)
        return Found(value="made")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: Kept(tmp_path).once("key", make).value, range(16)))
    assert (set(found), len(made)) == ({"made"}, 1)


def test_what_a_killed_run_left_goes_with_the_next(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{kept.PREFIX}killed"
    left.mkdir(mode=0o700)
    (left / kept.IN_USE).touch()
    with kept_while(str(shop), None):
        mine = list(tmp_path.glob(f"{kept.PREFIX}*"))
        assert len(mine) == 2 and left not in mine  # one for results, one for tables
        with kept_while(str(shop), None):  # a run beside this one
            assert all(place.exists() for place in mine)


def test_the_engine_s_rows_go_with_the_next_run_only_once_nobody_holds_them(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{kept.OURS}killed"
    left.mkdir(mode=0o700)
    (left / "work.duckdb").touch()
    held = kept.hold(left)
    company = company_source(shop).company
    with kept_while(str(shop), None):
        assert left.exists()
    held.close()
    with kept_while(str(shop), None):
        assert not left.exists()
    assert Path(company.engine._folder.name).exists()
    assert company.table("tickets").n == 1


def test_a_file_or_a_folder_by_another_hand_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(0o700)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(UserMistake, match="closed to others"):
        kept.require_private(tmp_path / "link")
    Kept(folder).once("key", lambda: Found(value="theirs"))
    monkeypatch.setattr("os.getuid", lambda: folder.stat().st_uid + 1)
    assert Kept(folder).once("key", lambda: Found(value="made")).value == "made"


def test_ids_are_not_kept(folder: Callable[..., Path], tmp_path: Path) -> None:
    data = folder({"transactions.csv": LOG.replace("c3,", "somebody-known,")})
    output, place = tmp_path / "pages", tmp_path / "kept"
    page = paths.NOTEBOOKS / "04_loyal_customers.ipynb"
    step = Step(name=page.stem, notebook=page, parameters={"data": str(data)}, parts={}, reason="new")
    with own_run([step], output, 1, place) as found:
        assert found.customers is not None and found.customers.shown_in("somebody-known") == 1
    written = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    assert sum(map(len, written)) > 1000
    assert not [content for content in written if b"somebody-known" in content]
