"""What one notebook of a run has found out about the datasets, for the next: each look at a table is a call to BigQuery."""

import json
import os
from contextlib import suppress
from pathlib import Path

from nbhelpers.warehouse.bigquery.shapes import Shape


class Memory:
    """The datasets' shapes in a file, for one run alone: another run looks for itself. Without a file nothing is kept."""

    def __init__(self, file: Path | None, run_id: str, where: str):
        self._file, self._of = file, f"{run_id} {where}"

    def recall(self) -> dict[str, Shape] | None:
        """The shapes of the tables that were there, or None where this run has not looked yet."""
        if self._file is None:
            return None
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {name: Shape(**shape) for name, shape in kept["shapes"].items()} if kept["of"] == self._of else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, shapes: dict[str, Shape]) -> None:
        """Note what was found, or made."""
        if self._file is None:
            return
        aside = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):  # to lose it costs calls, no more
            aside.write_text(json.dumps({"of": self._of, "shapes": {name: shape.recorded() for name, shape in shapes.items()}}))
            os.replace(aside, self._file)
