"""What a notebook holds in its hand: the sources it may use, the claims it reports, and one call for each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.core import library_notes, paths
from analysis.core.addresses import public_name
from analysis.core.display import grid_html
from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Role
from analysis.models.once import use_store
from analysis.notebook import tables
from analysis.notebook.disclosure import (
    SMALLEST_GROUP,
    large_enough,
    require_smallest_group,
    shown_place,
    threshold,
    without_small,
)
from analysis.notebook.exhibits import GroupExhibit, PartExhibit, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures.forest import first_measured, forest
from analysis.notebook.figures.specification import specification_curve
from analysis.notebook.section.answer import AnswerExhibit, picture_of
from analysis.notebook.section.certainty import certainty_of
from analysis.notebook.section.data_line import data_of
from analysis.notebook.section.details import details_of
from analysis.notebook.section.others import others_of, trap_of
from analysis.notebook.shown_findings import ShownFindings
from analysis.notebook.stored_mark import with_the_data
from analysis.register.claims import load_register
from analysis.sources.base import Source
from analysis.sources.catalogue import find_sources
from analysis.verdicts import stored
from analysis.verdicts.collecting import collect, run_check, specifications
from analysis.verdicts.findings import Findings
from analysis.verdicts.studies import CHECKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of one notebook.

    Attributes
    ----------
    notebook : str
        Stem of the notebook.
    sources : tuple of Source
        Public sources chosen, there or not, in catalogue order; a company's own behind them.
    company : str
        Name of the company whose tables are used; None without own data.
    parameters : dict
        The resolved parameters, for the provenance table.
    asked : dict
        Findings of the claims that were asked about so far, so that the parts of a section speak of the same ones.
    """

    notebook: str
    sources: tuple[Source, ...]
    company: str | None
    parameters: dict[str, object]
    asked: dict[str, ShownFindings] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Session of {self.notebook}"

    def _repr_html_(self) -> str:
        """The sources and their state; with it comes what tables look like outside the pages, in JupyterLab."""
        rows = [(s.title, str(s.kind), s.absence() or "there") for s in self.sources]
        listed = grid_html(f"Session {self.notebook}".strip(), ("Source", "Kind", "State"), rows)
        return f"<style>{_LAB_STYLE}</style>{listed}"

    def provenance(self) -> TableExhibit:
        """Parameters, register, versions: what it takes to make this page again."""
        from importlib.metadata import version

        shown = {**self.parameters, "data": shown_place(str(self.parameters.get("data", "")))}
        rows = [{"What": name, "Value": str(value) or "(none)"} for name, value in shown.items()]
        rows += [
            *([{"What": "company", "Value": self.company}] if self.company else []),
            {"What": "register", "Value": load_register().hash},
            {"What": "package version", "Value": version("retention-folklore")},
        ]
        return TableExhibit(caption="Parameters and versions", rows=tuple(rows))

    def source_list(self) -> TableExhibit | TextExhibit | GroupExhibit:
        """The sources that speak to this notebook's claims, with their state, hashes, publishers and licences.

        With own data, the quality ledger stands under them: what became of every row.
        """
        claims = {claim.id for claim in load_register().of_notebook(self.notebook)} if self.notebook else set()
        speaking = [s for s in self.sources if not claims or claims & (set(s.answers) | set(s.not_identified))]
        return self.with_ledgers(tables.sources_table(speaking))

    def with_ledgers(self, listed: TableExhibit | TextExhibit) -> TableExhibit | TextExhibit | GroupExhibit:
        """A list of sources with, under it, what became of every row of the company's tables; alone without own data."""
        ledgers = [s.ledger() for s in self.sources if s.own]
        shown = (tables.ledger_table(ledger.rows(), ledger.notes()) for ledger in ledgers)
        return GroupExhibit((listed, *shown)) if ledgers else listed

    def rules(self) -> TableExhibit:
        """The registered rules of this notebook's claims: they stand before the numbers."""
        register = load_register()
        claims = register.of_notebook(self.notebook) if self.notebook else register.claims
        return tables.rules_table(claims, register.hash)

    def collect(self, claim_id: str, **options: object) -> ShownFindings:
        """Ask every source about one claim; options go to the estimators that know them."""
        found = collect(claim_id, self.sources, **{"seed": self.parameters.get("seed"), **options})
        self.asked[claim_id] = ShownFindings.of(without_small(found, threshold(self.parameters)))
        return self.asked[claim_id]

    def found(self, claim_id: str) -> ShownFindings:
        """What was found about a claim; sources are asked once."""
        return self.asked[claim_id] if claim_id in self.asked else self.collect(claim_id)

    def answer(self, claim_id: str, **options: object) -> AnswerExhibit:
        """The answer to one claim: what was found, how sure, what to do; a company's own beside the public one."""
        return self.collect(claim_id, **options).answer()

    def picture(self, claim_id: str) -> SvgExhibit | TextExhibit | PartExhibit | None:
        """The one picture of a claim, its finding on top and what the data are below; None where nobody speaks."""
        found = self.found(claim_id)
        verdict = found.verdict()
        drawn = picture_of(found, verdict)
        data = data_of(verdict, {source.title: source.data_card for source in self.sources if not source.own})
        return drawn if drawn is None or data is None else PartExhibit(heading="", kind="drawn", parts=(drawn, data))

    def certainty(self, claim_id: str) -> PartExhibit:
        """Why we are this sure."""
        found = self.found(claim_id)
        return certainty_of(found, found.verdict())

    def others(self, claim_id: str) -> PartExhibit | None:
        """What others found, data and literature together; None where there is nobody else."""
        found = self.found(claim_id)
        return others_of(found, found.verdict())

    def trap(self, claim_id: str) -> PartExhibit | None:
        """What a quick analysis gets wrong; None where no quick number is known."""
        return trap_of(self.found(claim_id))

    def details(self, claim_id: str) -> PartExhibit:
        """Rule, checks, all numbers, data that cannot answer and publications, folded."""
        found = self.found(claim_id)
        seed = self.parameters.get("seed")
        checks = [
            result
            for claim, name in CHECKS
            if claim == claim_id
            for result in run_check(claim_id, name, self.sources, seed=seed)
        ]
        return details_of(found, found.verdict(), checks, load_register().hash)

    def vary(self, claim_id: str, **grid: Sequence[object]) -> SvgExhibit | TextExhibit:
        """Draw how the answers of a claim move over choices: one argument of the estimators for each keyword."""
        specs = specifications(claim_id, self.sources, grid, seed=self.parameters.get("seed"))
        # A stored number stands for one choice only: it would be a curve of one point.
        computed = [(s.label, tuple(e for e in s.estimates if not e.stored)) for s in specs]
        shown = specification_curve(
            load_register()[claim_id],
            [(label, large_enough(found, threshold(self.parameters))) for label, found in computed],
        )
        away = [s for s in self.sources if not s.own and claim_id in s.answers and s.absence()]
        if away and not shown:
            return TextExhibit(f"How the answer moves over these choices takes the data. {with_the_data(away)}.")
        return shown or TextExhibit("None of the data used here answers this claim, so there is no choice to vary.")


_LAB_STYLE = (
    ".exhibit th,.exhibit td{text-align:left!important;vertical-align:top!important;white-space:normal!important}"
    ".verdict .bottom-line{font-size:1.15em}.exhibit caption{text-align:left;font-weight:700}"
    ".part h3{margin:.6em 0 .2em}figure.exhibit{margin:.5em 0}"
)


def start(
    notebook: str = "",
    *,
    sources: str = "package",
    seed: int = 1,
    data: str | Source = "",
    smallest_group: int = SMALLEST_GROUP,
) -> Session:
    """Open a session for a notebook.

    Parameters
    ----------
    notebook : str
        Stem of the notebook, as the register knows it; empty for a notebook of one's own, which may ask of every claim.
    sources : str
        "package", "all", or names separated by commas.
    seed : int
        Seed of everything that draws, 0 or more.
    data : str or Source
        A company's folder, DuckDB file or company.toml, or a company that is open (`source` of what `analysis.company`
        gives), whose tables are not read again; empty for public evidence only.
    smallest_group : int
        Own data: numbers that rest on or speak of fewer customers are not shown; 1 shows all.

    Raises
    ------
    ParameterMistake
        If a parameter is out of range, or there is no such notebook.
    """
    _require_notebook(notebook)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterMistake(f"`seed` must be a whole number, 0 or more; got {seed!r}.")
    use_store(stored.fit)
    if notebook:  # in a notebook of one's own, warnings keep the place that they speak of
        library_notes.shown_plainly()
    chosen: tuple[Source, ...] = find_sources(sources)
    own: Source | None = None if isinstance(data, str) else data
    if isinstance(data, str) and data:
        # Late: the engine for own tables is heavy, and a run on public data never needs it.
        from analysis.sources.own_tables import company_source

        own = company_source(data)
    place = data if isinstance(data, str) else data.company.settings.place
    return Session(
        notebook=notebook,
        sources=(*chosen, own) if own else chosen,
        company=own.title if own else None,
        parameters={
            "sources": sources,
            "seed": seed,
            "data": public_name(place),
            "smallest_group": require_smallest_group(smallest_group),
        },
    )


def _require_notebook(notebook: str) -> None:
    known = {claim.notebook for claim in load_register().claims} | {p.stem for p in paths.NOTEBOOKS.glob("*.ipynb")}
    if notebook and notebook not in known:
        raise ParameterMistake(
            f"`notebook` must be the stem of a notebook ({', '.join(sorted(known))}), or empty for a notebook of your own; "
            f"got {notebook!r}."
        )


MOST_DRAWN = 12
"""With more numbers than this, the common picture leaves out the context; the tables have it."""


def show_forest(findings: Findings, quantity: str | None = None) -> SvgExhibit | TextExhibit:
    """The common picture of one claim: estimates, naive ones, published ones, pooled mean where there is one.

    Parameters
    ----------
    quantity : str
        One of the claim's registered quantities; None takes the first that anything measures.
    """
    everything = findings.estimates + findings.published
    if len(everything) > MOST_DRAWN:
        everything = tuple(e for e in everything if e.role is not Role.CONTEXT)
    drawn = findings.claim.quantity(quantity) if quantity else first_measured(findings.claim, everything)
    pooled = {p.quantity: p for p in findings.verdict().pooled}
    shown = forest(findings.claim, everything, drawn, pooled.get(drawn.name)) if drawn else None
    return shown or TextExhibit("There is no number to draw.")
