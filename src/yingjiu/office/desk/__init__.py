"""Desk of the office."""
