"""A whole company with a known truth: ten tables that fit together, every effect a parameter."""

from analysis.simulate.company_world.departures import Departures
from analysis.simulate.company_world.engine import Run, simulate_company
from analysis.simulate.company_world.parameters import SIMULATED_NAME, CompanyWorld, Effects
from analysis.simulate.company_world.tables import tables_of

__all__ = ["SIMULATED_NAME", "CompanyWorld", "Departures", "Effects", "Run", "simulate_company", "tables_of"]
