"""All that was found out about one claim before the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.claim import Claim
from analysis.core.results import CheckResult, Estimate, NotIdentifiedSource
from analysis.core.verdict_results import Verdict
from analysis.register.claims import load_register
from analysis.verdicts.decide import PUBLIC_SCOPE, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that was found out about one claim before the verdict.

    Attributes
    ----------
    claim : Claim
    estimates : tuple of Estimate
        From the sources: answers, naive analyses, context; sources in catalogue order.
    published : tuple of Estimate
        Rows of the evidence table.
    not_identified : tuple of NotIdentifiedSource
        Sources that were asked and cannot answer, with the number a naive analyst would have printed.
    absent : tuple of (str, str)
        Sources that would speak to the claim but are not there, or hold too little: title and why.
    company : str
        Title of the company's source; empty without own data.
    checks : tuple of CheckResult
        Identifying checks of the answers that may decide, with source and frame.
    elsewhere : tuple of str
        Public sources whose answer could decide, and that are not on this machine.
    """

    claim: Claim
    estimates: tuple[Estimate, ...]
    published: tuple[Estimate, ...]
    not_identified: tuple[NotIdentifiedSource, ...]
    absent: tuple[tuple[str, str], ...]
    company: str = ""
    checks: tuple[CheckResult, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def verdict(self, scope: str = PUBLIC_SCOPE) -> Verdict:
        """The verdict by the registered rule, on public evidence or, with a company's name as `scope`, on its own."""
        return decide(
            self.claim,
            self.estimates + self.published,
            scope=scope,
            not_identified=[
                c
                for c in self.not_identified
                if (c.source == scope) or (scope == PUBLIC_SCOPE and c.source != self.company)
            ],
            checks=self.checks,
            elsewhere=self.elsewhere,
            register_hash=load_register().hash,
        )
