"""Jobs of the office."""
