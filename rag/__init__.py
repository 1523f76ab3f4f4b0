"""Dealglot."""
