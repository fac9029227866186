"""What a notebook holds in its hand: the sources it may use, the claims it reports, and one call for each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import tables
from analysis.claims import load_register
from analysis.errors import ParameterMistake
from analysis.exhibits import FigureExhibit, TableExhibit
from analysis.plots.forest import forest
from analysis.results import CheckResult
from analysis.sources.base import Source
from analysis.sources.catalogue import find_sources
from analysis.studies import Findings, collect
from analysis.verdict_card import VerdictCard
from analysis.verdicts import PUBLIC_SCOPE


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
    """

    notebook: str
    sources: tuple[Source, ...]
    company: str | None
    parameters: dict[str, object]

    def provenance(self) -> TableExhibit:
        """Parameters, register, versions: what it takes to make this page again."""
        from importlib.metadata import version

        rows = [{"What": name, "Value": str(value) or "(none)"} for name, value in self.parameters.items()]
        rows += [
            {"What": "register", "Value": load_register().hash},
            {"What": "package version", "Value": version("retention-folklore")},
        ]
        return TableExhibit(caption="Parameters and versions", rows=tuple(rows))

    def source_list(self) -> TableExhibit:
        """The sources with their state, hashes, publishers and licences."""
        return tables.sources_table(self.sources)

    def rules(self) -> TableExhibit:
        """The registered rules of this notebook's claims: they stand before the numbers."""
        register = load_register()
        return tables.rules_table(register.of_notebook(self.notebook), register.hash)

    def collect(self, claim_id: str, **options: object) -> Findings:
        """Ask every source about one claim; options go to the estimators that know them."""
        return collect(claim_id, self.sources, **{"seed": self.parameters.get("seed"), **options})

    def verdict(self, findings: Findings) -> VerdictCard:
        """The public verdict by the registered rule."""
        return VerdictCard(claim=findings.claim, verdict=findings.verdict(PUBLIC_SCOPE))


def start(notebook: str, *, sources: str = "package", seed: int = 1, data: str = "") -> Session:
    """Open a session for a notebook.

    Parameters
    ----------
    notebook : str
        Stem of the notebook, as the register knows it.
    sources : str
        "package", "all", or names separated by commas.
    seed : int
        Seed of everything that draws, 0 or more.
    data : str
        A company's folder, DuckDB file or company.toml; empty for public evidence only.

    Raises
    ------
    ParameterMistake
        If a parameter is out of range.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterMistake(f"`seed` must be a whole number, 0 or more; got {seed!r}.")
    return Session(
        notebook=notebook,
        sources=find_sources(sources),
        company=None,
        parameters={"sources": sources, "seed": seed, "data": data},
    )


def show_estimates(findings: Findings) -> TableExhibit:
    """All numbers that the sources gave for one claim, answers first, naive ones marked."""
    return tables.estimates_table(findings.claim, findings.estimates)


def show_published(findings: Findings) -> TableExhibit:
    """The published figures on one claim, for and against."""
    return tables.published_table(findings.claim, findings.published)


def show_cannot(findings: Findings) -> TableExhibit:
    """The sources that cannot answer one claim, and why."""
    return tables.cannot_table(findings.claim, findings.cannot)


def show_forest(findings: Findings, quantity: str | None = None) -> FigureExhibit | None:
    """The common picture of one claim: estimates, naive ones, published ones, pooled mean where there is one."""
    chosen = findings.claim.quantity(quantity) if quantity else None
    pooled = {p.quantity: p for p in findings.verdict().pooled}
    everything = findings.estimates + findings.published
    drawn = chosen or next(
        (q for q in findings.claim.quantities if any(e.quantity == q.name and e.value is not None for e in everything)),
        None,
    )
    return forest(findings.claim, everything, drawn, pooled.get(drawn.name) if drawn else None)


def show_checks(checks: Sequence[CheckResult]) -> TableExhibit:
    """Checks with what came out."""
    return tables.checks_table(checks)
