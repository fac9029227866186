"""Estimators for randomised experiments and encouragements."""
