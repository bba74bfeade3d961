"""Frame of the office."""
