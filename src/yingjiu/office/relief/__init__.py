"""Relief of the office."""
