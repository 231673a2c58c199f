"""A season of NBA data, filled layer by layer without poisoning it: what the notebooks and run_backfill.py are made of."""
