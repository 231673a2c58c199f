"""Faults of the feature store and of the forecasts made from it."""

from nbhelpers.drill.faults.fault import (
    AS_PUBLISHED,
    FAILURES,
    IN_GAME,
    MLFS,
    NOTHING,
    OF_PLAYER,
    ON_DATE,
    PCF,
    PREDICTIONS,
    Fault,
    Pieces,
    changed,
    doubled,
    more_failures,
    without,
)
from nbhelpers.drill.faults.precompute import LEAK

TREND, MINUTES_CHANGE, PCT_PAINT, PCT_MID_RANGE, PCT_THREE, PCT_FREE_THROW = 11, 12, 18, 19, 20, 21  # from 0


def _array(name: str, places: dict[int, str]) -> str:
    """The 25 elements of an array column, some of them otherwise."""
    elements = (places.get(n, f"{name}[SAFE_OFFSET({n})]") for n in range(25))
    return f"[{', '.join(elements)}]"


def _swapped(name: str) -> str:
    return _array(
        name, {TREND: f"{name}[SAFE_OFFSET({MINUTES_CHANGE})]", MINUTES_CHANGE: f"{name}[SAFE_OFFSET({TREND})]"}
    )


def _features(number: str, title: str, planted: str, rows: str) -> Fault:
    return Fault(number, title, 39, planted, {"MLFS": rows})


FEATURES = [
    _features(
        "M1",
        "a feature at its default, marked observed",
        "the three zone shares of all without zone analysis",
        changed(
            MLFS,
            f"feature_sources[SAFE_OFFSET({PCT_PAINT})] = 'default'",
            feature_sources=_array(
                "feature_sources", dict.fromkeys((PCT_PAINT, PCT_MID_RANGE, PCT_THREE), "'observed'")
            ),
            default_feature_count="default_feature_count - 3",
            feature_quality_score="feature_quality_score + 12",
        ),
    ),
    _features(
        "M2",
        "features in another order",
        "two change places on a date, names, values and marks alike",
        changed(MLFS, ON_DATE, **{name: _swapped(name) for name in ("features", "feature_names", "feature_sources")}),
    ),
    Fault(
        "M3",
        "more feature rows than factor rows",
        39,
        "a game's factors gone and recorded as failures, its features kept",
        {
            "PCF": without(PCF, IN_GAME),
            "PCF failures": more_failures(
                "PCF",
                "MISSING_DEPENDENCY",
                f"SELECT game_date AS analysis_date, player_lookup AS entity_id FROM {MLFS} WHERE {IN_GAME}",
            ),
            "MLFS": AS_PUBLISHED,
            "MLFS failures": AS_PUBLISHED,
        },
    ),
    _features(
        "M4",
        "NaN or infinity",
        "one of each, in two rows of a date",
        changed(
            MLFS,
            f"{ON_DATE} AND player_lookup IN (@player, @other_player)",
            features=_array("features", {PCT_FREE_THROW: f"CAST(IF({OF_PLAYER}, 'NaN', 'inf') AS FLOAT64)"}),
        ),
    ),
    _features(
        "M5",
        "a scale slip (percent for share)",
        "pct_free_throw on a date",
        changed(
            MLFS,
            ON_DATE,
            features=_array("features", {PCT_FREE_THROW: f"100 * features[SAFE_OFFSET({PCT_FREE_THROW})]"}),
        ),
    ),
]


def _forecasts(number: str, title: str, planted: str, rows: str | Pieces) -> Fault:
    return Fault(number, title, 49, planted, {"PREDICTIONS": rows})


FORECASTS = [
    _forecasts(
        "F1",
        "a forecast out of range",
        "75 points for one player",
        changed(PREDICTIONS, f"{ON_DATE} AND {OF_PLAYER}", predicted_points="75.0"),
    ),
    _forecasts(
        "F2",
        "a system's forecasts doubled",
        "the zone matchup of a date",
        doubled(PREDICTIONS, f"{ON_DATE} AND system_id = 'zone_matchup_v1'"),
    ),
    _forecasts(
        "F3",
        "an invented betting line",
        "20.5 points for all of a date, with advice",
        changed(
            PREDICTIONS,
            ON_DATE,
            current_points_line="20.5",
            line_margin="predicted_points - 20.5",
            recommendation="IF(predicted_points > 20.5, 'OVER', 'UNDER')",
        ),
    ),
    Fault(
        "F4",
        "a skipped date that is not listed",
        49,
        "neither forecast nor failure",
        {
            "PREDICTIONS failures": f"""
                SELECT * FROM {FAILURES}
                WHERE processor_name = 'PREDICTIONS'
                    AND NOT (analysis_date = @skipped AND failure_category = 'INSUFFICIENT_DATA')"""
        },
    ),
    _forecasts(
        "F5",
        "a system missing on a date",
        "the zone matchup; the ensemble goes on",
        without(PREDICTIONS, f"{ON_DATE} AND system_id = 'zone_matchup_v1'"),
    ),
    _forecasts(
        "F6",
        "a system missing altogether",
        "the similarity; the ensemble goes on",
        without(PREDICTIONS, "system_id = 'similarity_balanced_v1'"),
    ),
    _forecasts("F7", "forecasts that have seen the game", "among the similar games is the day itself", LEAK),
    Fault(
        "F8",
        "predictions empty",
        49,
        "not one, and no failure for it",
        {"PREDICTIONS": NOTHING, "PREDICTIONS failures": AS_PUBLISHED},
    ),
]
