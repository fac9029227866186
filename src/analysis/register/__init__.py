"""The register: claims with their rules, published evidence, and which estimator answers which claim."""
