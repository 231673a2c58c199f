"""How long a season takes here and elsewhere: `make bench`, on an otherwise idle machine. Not a test.

The demo's 56 dates are filled by this project, by SQLMesh and by dbt with the same SQL over the same raw rows (without
notebooks, charts, and all but the queries), by papermill alone, and by the queries alone.
"""
