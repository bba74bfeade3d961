"""Commands of the audit: flush, which is refused."""
