"""Leads of the office."""
