"""What a step has computed, and how it is told."""

from dataclasses import dataclass

from nbhelpers.sql.tables import Output
from nbhelpers.wording import many


@dataclass(frozen=True)
class Built:
    """What a step computed: rows of an output, on how many dates of the window."""

    output: Output
    rows: int
    dates_with_rows: int
    is_in_place: bool = False
    is_as_published: bool = False  # a repair found nothing to rebuild

    def __str__(self) -> str:
        if self.is_as_published:
            return f"{self.output.short} nothing to rebuild"
        on_dates = f"{many(self.rows, 'row')} on {many(self.dates_with_rows, 'date')}" if self.rows else "no rows"
        return f"{self.output.short} {on_dates}"


def describe(built: list[Built]) -> str:
    """What a step has staged, or its own command has written, in one line."""
    if all(one.is_as_published for one in built):
        return f"Nothing to rebuild: {', '.join(one.output.short for one in built)} as published, audited and up to date."
    return f"{'Written by its own command' if built[0].is_in_place else 'Staged'} {', '.join(map(str, built))}."
