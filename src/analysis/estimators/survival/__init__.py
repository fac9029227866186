"""Estimators for how long customers stay, what that is worth, and whether a purchase changes it."""
