"""Putting partitions in place, said once for both engines: what is replaced is kept first, and can be put back."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date

from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.protocol import Place


class PartitionWriter(ABC):
    """The part of a transaction that replaces whole partitions; an engine says how it keeps and puts rows."""

    def replace_partitions(self, output: Output, dates: Iterable[date], keep_in: Place) -> None:
        """Put the staged rows of `dates` in place of the published ones, which are kept in `keep_in`."""
        dates = sorted(dates)
        self._keep(output, dates, keep_in)
        self._put(output, dates, self._staged_rows(output))

    def restore_partitions(self, output: Output, kept_in: Place) -> list[date]:
        """Put kept partitions back; returns their dates, none where nothing was kept."""
        dates = self._kept_dates(output, kept_in)
        if dates:
            self._put(output, dates, self._kept_rows(output, kept_in))
        return dates

    @abstractmethod
    def _keep(self, output: Output, dates: list[date], keep_in: Place) -> None:
        """Copy the published rows of some dates aside, with the dates, since one may have no rows."""

    @abstractmethod
    def _put(self, output: Output, dates: list[date], source: Place) -> None:
        """Delete the published rows of some dates and insert those of `source`."""

    @abstractmethod
    def _staged_rows(self, output: Output) -> Place:
        """Where the staged rows of an output are."""

    @abstractmethod
    def _kept_rows(self, output: Output, kept_in: Place) -> Place:
        """Where the kept rows of an output are."""

    @abstractmethod
    def _kept_dates(self, output: Output, kept_in: Place) -> list[date]:
        """The dates whose rows are kept."""
