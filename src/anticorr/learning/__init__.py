"""Correlated noise in learning."""
