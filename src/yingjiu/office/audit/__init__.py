"""Audit of the office."""
