"""Seeded worlds with a stated truth. What they produce is simulated: it explains and calibrates, and decides no verdict."""
