"""Estimators: frame to Estimate, one family a module; pure, and blind to where the data came from."""
