"""A claim's section of a page, in the order of a Cochrane summary: one part a file."""
