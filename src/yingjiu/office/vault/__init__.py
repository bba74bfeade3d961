"""Vault of the office."""
