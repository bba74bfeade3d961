"""Sealing of the office."""
