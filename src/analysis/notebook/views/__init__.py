"""What single notebooks show beyond their claims: one module a subject."""
