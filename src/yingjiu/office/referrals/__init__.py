"""Referrals of the office."""
