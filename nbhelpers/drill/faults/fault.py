"""What a fault is, and the few ways in which rows are spoilt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Pieces = tuple[tuple[str, str], ...]  # of a query's text, its views put in: what stands there, what the bug has instead

AS_PUBLISHED: Pieces = ()  # the right rows, whatever becomes of the rest of the layer
NOTHING = ""  # not a single row

SCHEDULE, BOX, SHOTS = "nba_raw.nbac_schedule", "nba_raw.bdl_player_boxscores", "nba_raw.nbac_shots"
NBA_BOX, NBA_TEAMS = "nba_raw.nbac_player_boxscores", "nba_raw.nbac_team_boxscores"
PGS, TDGS, TOGS = (f"nba_analytics.{name}_game_summary" for name in ("player", "team_defense", "team_offense"))
TDZA, PSZA = "nba_precompute.team_defense_zone_analysis", "nba_precompute.player_shot_zone_analysis"
PCF, PDC = "nba_precompute.player_composite_factors", "nba_precompute.player_daily_cache"
MLFS, PREDICTIONS = "nba_predictions.ml_feature_store_v2", "nba_predictions.player_prop_predictions"
FAILURES = "nba_processing.precompute_failures"

ON_DATE, IN_GAME, OF_PLAYER = "game_date = @on", "game_id = @game_id", "player_lookup = @player"


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and what the drill leaves in staging or changes in published tables to plant it."""

    id: str
    title: str  # as the catalogue has it
    gate: int
    planted: str  # what exactly
    staged: Mapping[str, str | Pieces] = field(default_factory=dict)  # by output: a SELECT of its rows, or its query's bug
    published: tuple[str, ...] = ()  # statements that somebody ran on published tables
    logged: tuple[str, ...] = ()  # outputs that are in the log as if their gate had published them so
    is_stale: bool = False  # staged rows tell that they were computed from yesterday's inputs
    is_later_window: bool = False  # the run begins on @on, not on opening night
    reader: int | None = None  # the step that is asked whether it would start


def changed(table: str, where: str = "TRUE", **columns: str) -> str:
    """All rows of a table, in those of `where` the columns as given.

    >>> changed("t", "a = 1", b="NULL")
    'SELECT * REPLACE (IF(a = 1, NULL, b) AS b) FROM t'
    """
    replaced = ", ".join(f"IF({where}, {value}, {name}) AS {name}" for name, value in columns.items())
    return f"SELECT * REPLACE ({replaced}) FROM {table}"


def without(table: str, where: str) -> str:
    """The rows of a table but those of `where`."""
    return f"SELECT * FROM {table} WHERE NOT ({where})"


def doubled(table: str, where: str) -> str:
    """All rows of a table, those of `where` twice."""
    return f"SELECT * FROM {table} UNION ALL SELECT * FROM {table} WHERE {where}"


def every(nth: int, group: str, order: str) -> str:
    """The condition that holds for each nth row of a group."""
    return f"MOD(ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY {order}), {nth}) = 0"


def more_failures(processor: str, category: str, source: str) -> str:
    """A stage's failures, and one more for each analysis_date and entity_id of `source`."""
    return f"""
        SELECT * FROM {FAILURES} WHERE processor_name = '{processor}'
        UNION ALL
        SELECT '{processor}', @run_id, analysis_date, entity_id, '{category}', 'planted', FALSE,
            CAST(NULL AS INT64), CAST(NULL AS INT64), CAST(NULL AS STRING), @built_at
        FROM ({source})"""
