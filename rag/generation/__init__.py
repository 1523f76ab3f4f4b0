"""Passages -> drafts, and statements -> the text that a person reads."""
