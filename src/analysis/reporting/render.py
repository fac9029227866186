"""An executed notebook as one self-contained page, by nbconvert with the house template."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.vocabulary import SIMULATED_MARK
from analysis.core.whole_files import write_text
from analysis.core.wording import plain
from analysis.notebook.exhibits import linked
from analysis.notebook.figures.legend import forest_legend
from analysis.notebook.section.headline import headline
from analysis.notebook.verdict_card import SIGNS, anchor, badge_html
from analysis.register.claims import load_register
from analysis.reporting.data_cards import anchor_of, cards_html, named_in
from analysis.reporting.downloads import with_downloads
from analysis.reporting.glossary import glossary_html, link_first_uses
from analysis.reporting.history import record_html
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.page_layout import FOLDED, layout_of
from analysis.reporting.provenance import provenance_of, verdicts_of
from analysis.verdicts.decide import PUBLIC_SCOPE
from analysis.verdicts.words import headline_of

# nbconvert gives headings their ids together with a link that has no name: the id stays, the link goes.
_REGION = re.compile(r'<div\b[^>]*\brole="region"[^>]*>')
_LABEL = re.compile(r'aria-label="([^"]*)"')
_HEADING = re.compile(r'<h(\d) id="([^"]*)">(.*?)<a class="anchor-link"[^>]*>.*?</a></h\1>', flags=re.DOTALL)


def render(notebook_path: Path, page: Path, *, error: str | None = None) -> None:
    """Write the page of an executed notebook, whole or not at all.

    Parameters
    ----------
    notebook_path : Path
        Executed notebook.
    page : Path
        HTML file to write.
    error : str
        The error it ended with, shown on top; None if it ran through.
    """
    nbformat = notebook_format()

    notebook = nbformat.read(notebook_path, as_version=4)
    named = named_in(_shown(notebook))
    resources = _resources(notebook, notebook_path.stem, error)
    resources["report"]["data_cards"] = cards_html(named)
    body, _ = _exporter().from_notebook_node(notebook, resources=resources)
    body = link_first_uses(_with_anchors(body), {name: (anchor_of(name), told) for name, told in named.items()})
    write_text(page, _with_own_labels(body))


def prepare_render() -> None:
    """Import and compile what the first page would wait for: a page of nothing is made and thrown away."""
    v4 = notebook_format().v4
    shown = [v4.new_output("display_data", {"text/markdown": "# Nothing", "text/html": "<p>Nothing</p>"})]
    cells = [v4.new_markdown_cell("## Nothing"), v4.new_code_cell("nothing = 0", outputs=shown)]
    notebook = v4.new_notebook(cells=cells)
    _exporter().from_notebook_node(notebook, resources=_resources(notebook, "nothing", None))


def house_page(template: str, **given: Any) -> str:
    """A page that is no notebook's; what it is given is escaped."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["linked"] = linked
    return str(environment.get_template(template).render(**given))


def script_hash(script: str) -> str:
    """What a page's policy names the only script by that may run on it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _shown(notebook: Any) -> str:
    """All that the outputs of a notebook say, save for its lists of every source."""
    cells = (cell for cell in notebook.cells if "provenance" not in cell.metadata.get("tags", ()))
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    return "\n".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    class PageExporter(HTMLExporter):  # type: ignore[misc]
        """HTML as the template writes it: nbconvert would parse every page once more (half the time of a page), for what
        the template says itself, texts for pictures and what the tab key stops at."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **named: Any) -> Any:
            return super(HTMLExporter, self).from_notebook_node(nb, self._init_resources(resources), **named)

    exporter = PageExporter(template_name="report", extra_template_basedirs=[str(paths.TEMPLATES)])
    exporter.register_filter("house_headings", _house_headings)
    exporter.register_filter("with_downloads", with_downloads)
    return exporter


def _with_anchors(body: str) -> str:
    """Give an answer whose claim has no heading of its own the id that links lead to."""
    for claim in _claim_ids().values():
        if f'id="{claim}"' not in body:
            body = body.replace(f'data-claim="{claim}"', f'id="{claim}"', 1)
    return body


def _with_own_labels(body: str) -> str:
    """Give regions that are named alike, as the same picture twice is, names that tell them apart."""
    seen: Counter[str] = Counter()

    def own(found: re.Match[str]) -> str:
        label = _LABEL.search(found[0])
        if label is None:
            return found[0]
        seen[label[1]] += 1
        told = label[1] if seen[label[1]] == 1 else f"{label[1]} ({seen[label[1]]})"
        return _LABEL.sub(lambda _: f'aria-label="{told}"', found[0])

    return _REGION.sub(own, body)


def _house_headings(html: str) -> str:
    """Headings without a link to themselves; that of a claim carries the claim's id, so that links land on it."""
    return _HEADING.sub(lambda m: f'<h{m[1]} id="{_claim_ids().get(_plain(m[3]), m[2])}">{m[3]}</h{m[1]}>', html)


@cache
def _claim_ids() -> dict[str, str]:
    return {claim.title: claim.id for claim in load_register().claims}


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@cache
def _titles() -> dict[str, str]:
    """Title of every notebook of the house, in order, for the links to the page before and after."""
    nbformat = notebook_format()
    return {
        path.stem: str(nbformat.read(path, as_version=4).cells[0].source).splitlines()[0].lstrip("# ")
        for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    }


def _neighbour(name: str, step: int) -> dict[str, str] | None:
    names = list(_titles())
    place = names.index(name) + step if name in names else -1
    return {"name": names[place], "title": _titles()[names[place]]} if 0 <= place < len(names) else None


def _resources(notebook: Any, name: str, error: str | None) -> dict[str, Any]:
    register = load_register()
    titles = _headings(notebook, "h1")
    script = (paths.TEMPLATES / "pictures.js").read_text(encoding="utf-8")
    answers = [
        {
            "anchor": anchor(v),
            "badge": badge_html(v),
            "title": register[v.claim].title,
            "scope": plain(v.scope),
            "sentence": plain(headline(v, register[v.claim])),
            "confidence": str(v.confidence),
        }
        for v in verdicts_of(notebook)
    ]
    return {
        "report": {
            "title": titles[0]["text"] if titles else name,
            "titled": any("title" in cell.metadata.get("tags", ()) for cell in notebook.cells),
            "name": name,
            "answers": answers,
            "error": error,
            "simulated": is_simulated(notebook),
            "style": (paths.TEMPLATES / "style.css").read_text(encoding="utf-8"),
            "script": script,
            "script_hash": script_hash(script),
            "records": {
                v.claim: record_html(register[v.claim], headline_of(v), f"{name}.html#{v.claim}")
                for v in verdicts_of(notebook)
                if v.scope == PUBLIC_SCOPE
            },
            "contents": _headings(notebook, "h2"),
            "signs": SIGNS,
            "layout": layout_of(notebook),
            "legend": forest_legend(),
            "glossary": glossary_html(),
            "before": _neighbour(name, -1),
            "after": _neighbour(name, 1),
            "made": provenance_of(notebook, name),
        }
    }


def is_simulated(notebook: Any) -> bool:
    """Whether an output names a simulated company: its name carries the mark wherever it stands.

    What is folded is left out: a demonstration of a test says of itself that it is made up.
    """
    cells = (cell for cell in notebook.cells if FOLDED not in cell.metadata.get("tags", ()))
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    return any(SIMULATED_MARK in str(output.get("data", {}).get("text/plain", "")) for output in outputs)


def _headings(notebook: Any, level: str) -> list[dict[str, str]]:
    """Headings of one level as plain texts, with the ids that nbconvert gives them."""
    from nbconvert.filters import markdown2html

    heading = re.compile(rf'<{level} id="([^"]*)">(.*?)<a class="anchor-link"', flags=re.DOTALL)
    return [
        {"text": _plain(text), "anchor": _claim_ids().get(_plain(text), unescape(anchor))}
        for cell in notebook.cells
        if cell.cell_type == "markdown" and FOLDED not in cell.metadata.get("tags", ())
        for anchor, text in heading.findall(markdown2html(cell.source))
    ]
