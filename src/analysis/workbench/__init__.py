"""For an analyst's own notebook: a company's tables, frames and claims in the hand, and estimators on plain tables."""

from analysis.workbench import standard as standard
