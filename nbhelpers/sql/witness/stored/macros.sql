-- How a value in a stored object is read: one that is absent, or of another kind, is NULL.
-- The files of this folder are in DuckDB's own dialect: whichever the warehouse, DuckDB in memory reads the objects a second time.
CREATE TEMP MACRO whole(text) AS CAST(TRY_CAST(TRIM(text) AS DOUBLE) AS BIGINT);
CREATE TEMP MACRO number(text) AS TRY_CAST(TRIM(text) AS DOUBLE);
CREATE TEMP MACRO filled(text) AS NULLIF(text, '');
-- Whole minutes, `MM:SS` or ISO 8601; nothing is 0.
CREATE TEMP MACRO minutes(text) AS CASE
    WHEN COALESCE(TRIM(text), '') = '' THEN 0.0::DOUBLE
    WHEN STARTS_WITH(TRIM(text), 'PT') THEN
        CAST(REGEXP_EXTRACT(text, 'PT(\d+)M', 1) AS DOUBLE) + COALESCE(TRY_CAST(REGEXP_EXTRACT(text, 'M([\d.]+)S', 1) AS DOUBLE), 0.0) / 60
    ELSE TRUNC(TRY_CAST(SPLIT_PART(TRIM(text), ':', 1) AS DOUBLE)) + COALESCE(TRY_CAST(SPLIT_PART(TRIM(text), ':', 2) AS DOUBLE), 0.0) / 60
END;
-- Minutes, or anything else that is counted.
CREATE TEMP MACRO has_played(minutes_played, counted) AS minutes_played > 0 OR COALESCE(LIST_MAX(counted), 0) > 0;
-- When an object was fetched, by its name; midnight of the game's date where that is no stamp.
CREATE TEMP MACRO fetched(key, day) AS COALESCE(
    TRY_STRPTIME(REGEXP_EXTRACT(key, '/(\d{8}_\d{6})\.json(\.gz)?$', 1), '%Y%m%d_%H%M%S'), CAST(day AS TIMESTAMP)
);
CREATE TEMP MACRO game_named(day, away, home) AS CONCAT(STRFTIME(day, '%Y%m%d_'), away, '_', home);
-- A name in lower case, letters and digits alone.
CREATE TEMP MACRO lookup(name) AS REGEXP_REPLACE(
    LOWER(STRIP_ACCENTS(REPLACE(REPLACE(REPLACE(TRANSLATE(name, 'øłđØŁĐ', 'oldOLD'), 'ß', 'ss'), 'æ', 'ae'), 'Æ', 'ae'))),
    '[^a-z0-9]', '', 'g'
);
-- Whether a lookup is a name's, or that of another of the name: the second is its 2.
CREATE TEMP MACRO is_lookup_of(given, name) AS STARTS_WITH(given, lookup(name)) AND (
    given = lookup(name) OR COALESCE(TRY_CAST(SUBSTR(given, LENGTH(lookup(name)) + 1) AS INTEGER) >= 2, FALSE)
);
