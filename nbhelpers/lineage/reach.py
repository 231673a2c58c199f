"""Which dates of a table below it a partition is computed from."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta

from nbhelpers.session import Session
from nbhelpers.sql.tables import Output

_WINDOWS = {  # of a stage over the games below it: these end; season averages reach back to opening night
    ("TDZA", "TDGS"): "views.earlier_team_games WHERE games_ago <= 15",
    ("PSZA", "PGS"): "views.earlier_player_games WHERE games_ago <= 10",
}


class Reach:
    """Which dates of a table below an output's partition of a day is computed from.

    Summaries of games belong to the day itself. Analyses look at the schedule up to the day, at who is listed and at the
    other analyses of the day itself, and back over earlier games: zone analyses over the dates of the games in somebody's
    window, the others over all of the season's.
    """

    def __init__(self, session: Session):
        self._session, self._season = session, session.window.season
        self._windows: dict[str, dict[date, set[date]]] = {}  # by the view that tells them, once one is needed

    def reads(self, output: Output, source: Output, day: date, source_day: date) -> bool:
        """Whether the partition of `day` depends on the partition `source_day` of `source`."""
        return bool(self.dates_read(output, source, day, [source_day]))

    def dates_read(self, output: Output, source: Output, day: date, dates: list[date]) -> list[date]:
        """Those of some dates of `source`, earliest first as they are, that the partition of `day` depends on."""
        first, last, window = self.bounds(output, source, day)
        near = dates[bisect_left(dates, first) : bisect_right(dates, last)]
        return near if window is None else [source_day for source_day in near if source_day in window]

    def bounds(self, output: Output, source: Output, day: date) -> tuple[date, date, set[date] | None]:
        """From which date to which of `source` the partition of `day` depends on, and which of these; None for all."""
        stage, opening_night = output.processor or output.short, self._season.opening_night
        if output.layer > 2 and (view := _WINDOWS.get((stage, source.short))):
            window = self._window(view).get(day, set())
            return min(window, default=date.max), max(window, default=date.min), window
        if output.layer > 2 and source.layer == 2:
            return opening_night, day - timedelta(1), None
        if output.layer > 2 and (source.short == "SCHEDULE" or (output.layer == 4 and source.short == "TDZA")):
            return opening_night, day, None
        return day, day, None

    def _window(self, view: str) -> dict[date, set[date]]:
        """For each analysis date the dates of the games in somebody's window."""
        if view not in self._windows:
            rows = self._session.query_once(f"SELECT DISTINCT analysis_date, game_date FROM {view}", by_date="analysis_date")
            windows: dict[date, set[date]] = {}
            for analysis_date, game_date in zip(rows.analysis_date.dt.date, rows.game_date.dt.date, strict=True):
                windows.setdefault(analysis_date, set()).add(game_date)
            self._windows[view] = windows
        return self._windows[view]
