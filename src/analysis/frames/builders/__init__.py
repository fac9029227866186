"""From clean company tables to frames, as Ibis expressions: one family of frames a module.

Every builder takes a `Company`, returns a checked Frame, and leaves an entry in the ledger that says what became of the
rows of the table it counts.
"""
