"""Quality in figures: question sets, metrics, runs and tables."""
