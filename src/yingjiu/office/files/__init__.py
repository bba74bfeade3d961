"""Files of the office."""
