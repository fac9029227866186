"""Sources: one module a public data set, each with a SOURCE that builds frames; `catalogue` lists them."""
