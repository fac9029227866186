"""Index and reports as one folder fit for static hosting: pages, records, a picture for links to it, and a 404 page.

All links are relative, so that the folder can lie anywhere. What asks for absolute addresses (the picture that social
networks show) has them only where the address of the site is given.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from html import escape, unescape
from pathlib import Path

from analysis.core import paths
from analysis.core.errors import UserMistake
from analysis.core.whole_files import write_text
from analysis.notebook.figures.preview import HEIGHT, WIDTH, preview_png
from analysis.reporting.index_words import ENDINGS, told_as
from analysis.reporting.render import house_page
from analysis.reporting.scoreboard import REVIEWS
from analysis.verdicts.decide import PUBLIC_SCOPE

PICTURE = "preview.png"
RECORDS = "verdicts.json"
NOT_FOUND = "404.html"
SITE = "site"
"""Folder inside the reports that the site is written to if no other is named."""

_TITLE = re.compile(r"<title>(.*?)</title>", flags=re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">\n?')
_LEAD = re.compile(r'<p class="lead">(.*?)</p>', flags=re.DOTALL)
_FIRST = re.compile(r'<div class="prose">.*?</h1>\s*<p>(.*?)</p>', flags=re.DOTALL)
LONGEST = 200
"""Characters of a description."""


def make_site(reports: Path, target: Path | None = None, *, address: str = "") -> list[Path]:
    """Write the site and return its files.

    Parameters
    ----------
    reports : Path
        Folder of the reports, made before.
    target : Path
        Folder to write; None takes ``site`` inside `reports`. Pages of reports that are gone are removed from it.
    address : str
        Where the site will be reached ("https://example.org/retention"), for links from social networks; empty leaves
        the picture's address relative, which some of them do not follow.

    Raises
    ------
    UserMistake
        If there are no reports yet, or the target holds something else.
    """
    if not (reports / "index.html").exists():
        raise UserMistake(
            f"There is no index.html in {reports.name}/. Make the reports first: `python -m analysis run`."
        )
    target = target or reports / SITE
    _require_own(target)
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(reports.glob("*.html"))}
    records = (reports / RECORDS).read_text(encoding="utf-8")
    files = {name: _with_card(text, name, address.rstrip("/")) for name, text in pages.items()}
    reviews = reports / REVIEWS
    files |= {RECORDS: records, NOT_FOUND: _not_found()}
    files |= {REVIEWS: reviews.read_text(encoding="utf-8")} if reviews.exists() else {}
    if target.exists():
        shutil.rmtree(target)
    for name, text in files.items():
        write_text(target / name, text)
    title = _plain(_TITLE.search(pages["index.html"]))
    (target / PICTURE).write_bytes(preview_png(title, counts_of(records)))
    return sorted(target.iterdir())


def counts_of(records: str) -> list[tuple[str, str, int]]:
    """Outcome, how a sentence on it ends, and the number of claims, of the public verdicts in a records file."""
    public = [r for r in json.loads(records) if r["scope"] == PUBLIC_SCOPE]
    found = Counter(told_as(r["verdict"], r.get("confidence", "")) for r in public)
    return [(outcome, words[found[outcome] != 1], found[outcome]) for outcome, words in ENDINGS.items()]


def _require_own(target: Path) -> None:
    """Raise unless a folder is new, empty or a site made before: it is about to be replaced."""
    if target.exists() and any(target.iterdir()) and not (target / NOT_FOUND).exists():
        raise UserMistake(
            f"The folder {target.name} holds files that are no site made here, and would be replaced. Name another folder."
        )


def _with_card(page: str, name: str, address: str) -> str:
    """A page with what other places show of a link to it."""
    told = _DESCRIPTION.search(page)  # a report says its bottom line there already
    description = _plain(told or _LEAD.search(page) or _FIRST.search(page))[:LONGEST]
    page = _DESCRIPTION.sub("", page, count=1)
    base = f"{address}/" if address else ""
    tags = {
        "og:type": "website" if name == "index.html" else "article",
        "og:title": _plain(_TITLE.search(page)),
        "og:description": description,
        "og:image": f"{base}{PICTURE}",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": "How many of the claims hold, are overstated, fail, or are unclear.",
        **({"og:url": f"{base}{name}"} if address else {}),
    }
    lines = [f'<meta name="description" content="{escape(description)}">']
    lines += [f'<meta property="{key}" content="{escape(value)}">' for key, value in tags.items()]
    return page.replace("</title>", "</title>\n" + "\n".join(lines), 1)


def _plain(found: re.Match[str] | None) -> str:
    """The words of a piece of a page, in one line."""
    text = re.sub(r"<[^>]+>", "", found.group(1)) if found else ""
    return " ".join(unescape(text).split())


def _not_found() -> str:
    style = (paths.TEMPLATES / "style.css").read_text(encoding="utf-8")
    return house_page("not_found.html.j2", style=style) + "\n"
