"""Faults that nobody wrote down: rows, bodies and queries changed in one place by chance, and what their gate says of it."""
