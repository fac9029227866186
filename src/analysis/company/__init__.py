"""A company's own tables: read, cleaned, and every row accounted for."""
