"""The site: pages, records, picture and 404 page in one folder, every link inside it, the same bytes every time."""

import struct
from urllib.parse import unquote

import pytest

from analysis.core import paths
from analysis.core.errors import UserMistake
from analysis.notebook.figures.preview import preview_png
from analysis.reporting.render import render
from analysis.reporting.scoreboard import write_scoreboard
from analysis.reporting.site import counts_of, make_site
from tests.reporting.pages import Page, outside


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports rendered from the stored notebooks."""
    folder = tmp_path_factory.mktemp("reports")
    notebooks = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    for notebook in notebooks:
        render(notebook, folder / f"{notebook.stem}.html")
    write_scoreboard(folder, notebooks, failed={})
    return folder


@pytest.fixture(scope="module")
def site(reports):
    make_site(reports)
    return reports / "site"


def test_site_holds_every_page_the_records_a_picture_and_a_404_page(site, reports):
    pages = {path.name for path in reports.glob("*.html")}
    assert {path.name for path in site.iterdir()} == pages | {
        "verdicts.json",
        "claims.jsonld",
        "preview.png",
        "404.html",
    }
    assert len(pages) == 2 + len(list(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")))


def test_every_link_of_the_site_leads_to_something_in_it(site):
    held = {path.name: Page.read(path) for path in site.glob("*.html")}
    ids = {name: set(page.ids) for name, page in held.items()}
    seen = 0
    for name, page in held.items():
        assert outside(page.loads) == []
        assert all(link.startswith("https://doi.org/") for link in outside(page.links)), name  # studies, by their DOI
        for link in page.links:
            if link.startswith(("data:", "https://doi.org/")):
                continue
            file, _, anchor = link.partition("#")
            assert (site / (file or name)).is_file(), (name, link)
            if anchor:
                assert unquote(anchor) in ids[file or name], (name, link)
            seen += 1
    assert seen > 100


def test_every_report_tells_other_places_what_it_is(site):
    for path in site.glob("*.html"):
        if path.name == "404.html":
            continue
        metas = {m.get("property") or m.get("name"): m["content"] for m in Page.read(path).of("meta") if "content" in m}
        assert metas["og:image"] == "preview.png"
        assert len(metas["og:title"]) > 10 and 20 < len(metas["og:description"]) <= 200
        assert metas["description"] == metas["og:description"]
        assert "og:url" not in metas


def test_addresses_are_absolute_where_the_site_s_is_given(reports, tmp_path):
    make_site(reports, tmp_path / "site", address="https://example.org/r/")
    metas = {m.get("property"): m.get("content") for m in Page.read(tmp_path / "site" / "index.html").of("meta")}
    assert metas["og:image"] == "https://example.org/r/preview.png"
    assert metas["og:url"] == "https://example.org/r/index.html"


def test_picture_has_the_size_it_says_and_the_same_bytes_every_time(site, reports, tmp_path):
    picture = (site / "preview.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and struct.unpack(">II", picture[16:24]) == (1200, 630)
    make_site(reports, tmp_path / "again")
    for path in site.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
    assert preview_png("A title", [("holds", "holds", 1)]) != preview_png("A title", [("holds", "holds", 2)])


def test_counts_are_those_of_the_public_verdicts():
    records = '[{"scope": "public", "verdict": "mixed"}, {"scope": "Acme", "verdict": "mixed"}, {"scope": "public", "verdict": "nothing found"}]'
    assert {outcome: n for outcome, _, n in counts_of(records) if n} == {"mixed": 1, "nothing-found": 1}


def test_site_made_again_forgets_pages_that_are_gone(reports, tmp_path):
    target = tmp_path / "site"
    make_site(reports, target)
    (target / "99_gone.html").write_text("old")
    make_site(reports, target)
    assert not (target / "99_gone.html").exists()


def test_folder_with_other_files_is_not_touched(reports, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserMistake, match="no site made here"):
        make_site(reports, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_site_without_reports_says_what_to_do(tmp_path):
    with pytest.raises(UserMistake, match="Make the reports first"):
        make_site(tmp_path)
