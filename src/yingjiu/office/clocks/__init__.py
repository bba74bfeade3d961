"""Clocks of the office."""
