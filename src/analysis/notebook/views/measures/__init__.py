"""Measures as a notebook shows them: one call a question, asked of every source of the session that has the frame."""
