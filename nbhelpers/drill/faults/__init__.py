"""The fault catalogue: what has really gone wrong in pipelines like this one, and how a drill plants it.

A fault is data. Its SQL is BigQuery's, on the pipeline's own tables, and aims with parameters that the drill finds in
the season at hand (planting.aims): a date `@on` with many games, one of its games `@game_id` with its home team `@team`
and opponent `@opponent`, two players `@player` and `@other_player` of that date, `@earlier_game` a game of @team before
it, `@idle_home` and `@idle_away` two teams without a game that day, `@later` a day on which @player is not listed,
`@skipped` a date without forecasts.
"""

from nbhelpers.drill.faults.analytics import ANALYTICS
from nbhelpers.drill.faults.fault import AS_PUBLISHED, NOTHING, Fault
from nbhelpers.drill.faults.features import FEATURES, FORECASTS
from nbhelpers.drill.faults.precompute import PRECOMPUTE
from nbhelpers.drill.faults.raw import RAW
from nbhelpers.drill.faults.state import STATE

FAULTS = (*RAW, *ANALYTICS, *PRECOMPUTE, *FEATURES, *STATE, *FORECASTS)

__all__ = ["AS_PUBLISHED", "FAULTS", "NOTHING", "Fault"]
