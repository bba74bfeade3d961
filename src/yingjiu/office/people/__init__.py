"""People of the office."""
