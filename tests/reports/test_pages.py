"""Every page in a real browser: no request, no error, readable on a phone, accessible, savable, printable."""

from __future__ import annotations

import base64
import csv
import io
import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from tests.reports.looking import BETWEEN, PAPER, PHONE, look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

NAMES = ["index", "protocol", *sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))]
REPORTS = NAMES[2:]
CLAIM_PAGES = sorted({claim.notebook for claim in load_register().claims})
SCREEN = 800
TIDY = ["estimate", "low", "high", "unit", "n", "source", "doi"]


@pytest.fixture(scope="module")
def seen(browser: Any, pages: Path, axe: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What was seen of a page, looked at once."""
    kept: dict[str, dict[str, Any]] = {}

    def of(name: str) -> dict[str, Any]:
        if name not in kept:
            folder = tmp_path_factory.mktemp(name)
            kept[name] = look(browser, (pages / f"{name}.html").as_uri(), axe, folder) | {"folder": folder}
        return kept[name]

    return of


@pytest.mark.parametrize("name", NAMES)
def test_page_makes_no_request_outside_its_file_and_shows_no_error(name: str, seen: Any, pages: Path) -> None:
    found = seen(name)
    own = (pages / f"{name}.html").as_uri()
    assert {url for url in found["requests"] if not url.startswith("data:") and url.split("#")[0] != own} == set()
    assert found["errors"] == []
    assert found["h1"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_phone_without_sideways_scrolling(name: str, seen: Any) -> None:
    assert max(seen(name)["phone"]) <= PHONE


@pytest.mark.usefixtures("needs_axe")
@pytest.mark.parametrize("name", NAMES)
def test_page_has_no_accessibility_violation(name: str, seen: Any) -> None:
    """With every fold open: light on a phone, dark on a desk."""
    assert seen(name)["violations"] == []


@pytest.mark.parametrize("name", NAMES)
def test_page_between_phone_and_desk_is_not_wider_than_its_window(name: str, seen: Any) -> None:
    assert seen(name)["between"] <= BETWEEN


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_clipped_on_a_desk_and_no_number_of_a_figure_goes_over_two_lines(name: str, seen: Any) -> None:
    assert (seen(name)["clipped"], seen(name)["broken"]) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_and_none_of_its_words_is_cut_on_a_phone(name: str, seen: Any) -> None:
    assert (seen(name)["cut_pictures"], seen(name)["cut_words"]) == (0, [])


@pytest.mark.parametrize("name", REPORTS)
def test_figures_are_vectors_with_an_alt_text_and_their_numbers(name: str, seen: Any) -> None:
    assert seen(name)["bitmaps"] == 0
    for figure in seen(name)["figures"]:
        assert len(figure["alt"] or "") > 40
        assert figure["rows"] >= 1


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_ends_of_axes_say_what_lies_there(name: str, seen: Any) -> None:
    assert seen(name)["ends"] == []


@pytest.mark.parametrize("name", ["index", *REPORTS])
def test_every_picture_can_be_saved_as_svg_and_png_with_its_source_line(name: str, seen: Any) -> None:
    found = seen(name)
    if not found["bars"]:
        return  # a page of tables
    names = [stem for pictures, stem in found["bars"] if pictures]
    assert all(names) and len(set(names)) == len(names)
    assert not [stem for stem in names if _says_nothing(stem)]
    words = " ".join(text.text or "" for text in ElementTree.parse(found["folder"] / "picture.svg").iter() if text.text)
    assert re.search(r"Source|[Bb]ands|Filled|[Ee]ach row|evidence|Share", words), words
    assert (found["folder"] / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert [Path(file).suffix for file in found["saved"]] == [".svg", ".png"]


@pytest.mark.parametrize("name", ["index", *REPORTS])
def test_downloads_are_tables_under_speaking_names(name: str, seen: Any) -> None:
    files = seen(name)["files"]
    assert files
    for file, address in files:
        assert not _says_nothing(file)
        text = base64.b64decode(address.partition("base64,")[2]).decode("utf-8-sig")
        heading, *rows = list(csv.reader(io.StringIO(text)))
        assert rows, file
        assert {len(row) for row in rows} == {len(heading)} and len(set(heading)) == len(heading), file
        if "estimate" in heading:
            first = heading.index("estimate")
            assert heading[first : first + len(TIDY)] == TIDY
            for row in rows:
                assert not [text for text in row[first : first + 3] if text and math.isnan(float(text))]


def _says_nothing(name: str) -> bool:
    return bool(re.search(r"cell|[0-9a-f]{8}", name))


@pytest.mark.parametrize("name", NAMES)
def test_links_inside_and_between_pages_lead_somewhere(name: str, seen: Any, pages: Path) -> None:
    assert seen(name)["links"], "every page leads at least to the index"
    for href in seen(name)["links"]:
        file, _, anchor = href.partition("#")
        if href.startswith(("data:", "https://doi.org/")) or (file and not file.endswith(".html")):
            continue
        target = pages / (file or f"{name}.html")
        assert target.exists(), href
        if anchor:
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), href


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_link_to_a_claim_lands_on_its_heading(name: str, seen: Any) -> None:
    headings = dict(seen(name)["headings"])
    for claim in load_register().of_notebook(name):
        assert headings[claim.id] == claim.title


@pytest.mark.parametrize("name", REPORTS)
def test_links_to_answers_and_sections_move_the_page_there(name: str, seen: Any) -> None:
    assert [jump for jump in seen(name)["jumps"] if not -5 <= jump[1] < 900] == []


@pytest.mark.parametrize("name", NAMES)
def test_dark_mode_is_dark_and_print_is_light(name: str, seen: Any) -> None:
    assert seen(name)["dark"] < 120
    assert seen(name)["printed"] == 765


@pytest.mark.parametrize("name", NAMES)
def test_page_prints_within_the_paper_and_keeps_its_colours(name: str, seen: Any) -> None:
    found = seen(name)
    assert found["paper"] <= PAPER
    assert found["colours"]
    assert found["unprinted"] == 0
    assert found["pdf"] == b"%PDF"


@pytest.mark.parametrize("name", NAMES)
def test_page_folds_and_unfolds_by_keyboard(name: str, seen: Any) -> None:
    assert sorted(seen(name)["folds"]) == [False, True]


@pytest.mark.parametrize("name", ["protocol", *REPORTS])
def test_page_takes_six_screens_with_its_folds_closed(name: str, seen: Any) -> None:
    assert seen(name)["height"] <= 6 * SCREEN


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_first_picture_of_a_claim_stands_on_the_first_screen(name: str, seen: Any) -> None:
    assert seen(name)["first_picture"] <= SCREEN


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_type_in_pictures_of_a_claim_is_not_squeezed(name: str, seen: Any) -> None:
    """Ten pixels at least: side by side must not mean too small to read."""
    assert seen(name)["smallest_type"] >= 10


@pytest.mark.parametrize("name", NAMES)
def test_type_in_pictures_can_be_read_on_a_phone(name: str, seen: Any) -> None:
    """In all of them, those too that are folded away until somebody asks."""
    assert seen(name)["phone_type"] >= 10


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_data_behind_a_verdict_are_described_where_they_are_named(name: str, seen: Any) -> None:
    for told in seen(name)["cards"]:
        assert re.match(r"Data: [^;]+, .{15,}\.$", told), told


def test_the_log_of_a_music_shop_is_introduced_as_one(seen: Any) -> None:
    assert any(
        "CDNOW, a US online music shop of 1997, 23,570 customers" in t for t in seen("03_retention_and_profit")["cards"]
    )


@pytest.mark.parametrize("name", CLAIM_PAGES)
def test_parts_that_are_folded_on_a_screen_are_printed(name: str, seen: Any) -> None:
    assert all(seen(name)["printed_parts"])


def test_pages_together_stay_small(pages: Path) -> None:
    assert sum(path.stat().st_size for path in pages.iterdir() if path.is_file()) < 15_000_000


@pytest.mark.parametrize("name", ["index", "05_word_of_mouth", "10_service_and_recovery"])
def test_text_is_there_within_a_second_on_a_slow_phone(name: str, browser: Any, pages: Path) -> None:
    """A processor four times slower than this one; the best of three, since other work may run beside the test."""
    page = browser.new_page(viewport={"width": PHONE, "height": 844})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    painted = []
    for _ in range(3):
        page.goto((pages / f"{name}.html").as_uri())
        painted.append(_first_paint(page))
    page.close()
    assert min(painted) < 1000


def _first_paint(page: Any) -> float:
    """Milliseconds until the first text was there. Asked again and again: the page forbids playwright's own waiting."""
    for _ in range(200):
        found = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)")
        if found:
            return float(found[0])
        page.wait_for_timeout(50)
    raise AssertionError("nothing was painted within ten seconds")


# --- the checks can fail ------------------------------------------------------------------------------------------


def test_a_bad_page_is_found_out(browser: Any, axe: str, tmp_path: Path) -> None:
    """A request, a bitmap without words, a table and a picture that are too wide, type too small: each is noticed."""
    wide = '<svg class="figure" viewBox="0 0 10 10" width="950"><text x="9" y="5">too far to the right</text></svg>'
    small = '<svg class="figure" viewBox="0 0 960 20" style="width:100%"><text x="9" y="15" font-size="13">small</text></svg>'
    (tmp_path / "bad.html").write_text(
        f'<html><body><h1>x</h1><main><img src="other.png">{wide}{small}<div class="scroll" style="width:90px;overflow:auto">'
        '<table style="width:900px"><tr><td>x</td></tr></table></div><div class="numbers"><table style="width:9px">'
        '<tr><td style="overflow-wrap:anywhere">0.8643</td></tr></table></div></main><details><summary>f</summary>x</details></body></html>'
    )
    found = look(browser, (tmp_path / "bad.html").as_uri(), axe, tmp_path)
    assert any(url.endswith("other.png") for url in found["requests"])
    named = {told.split(":")[0] for told in found["violations"]}
    assert named == set() if not axe else {"image-alt", "html-has-lang"} <= named
    assert (found["bitmaps"], found["cut_pictures"], found["cut_words"]) == (1, 1, ["too far to the right"])
    assert max(found["phone"]) > PHONE and found["between"] > BETWEEN and found["clipped"]
    assert found["broken"] == ["0.8643"]
    assert 4 < found["phone_type"] < 6  # 13 of 960 units on a screen of 390
