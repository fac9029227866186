"""A whole company with a known truth: ten tables that fit together, every effect a parameter."""

from analysis.demo.departures import Departures
from analysis.demo.engine import simulate_company
from analysis.demo.parameters import SIMULATED_NAME, CompanyScenario, Effects
from analysis.demo.state import Run
from analysis.demo.tables import tables_of

__all__ = ["SIMULATED_NAME", "CompanyScenario", "Departures", "Effects", "Run", "simulate_company", "tables_of"]
