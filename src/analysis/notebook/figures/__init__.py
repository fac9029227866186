"""Figures: they draw what a result holds and make no numbers."""
