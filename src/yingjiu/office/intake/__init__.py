"""Intake of the office."""
