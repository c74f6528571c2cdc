-- SHOW CREATE of computed columns and views
CREATE TABLE a (id INT, x INT, s STRING, ar ARRAY<INT>, r ROW<q INT>, ts TIMESTAMP(3), u AS UPPER(s), t AS TO_TIMESTAMP('2020-01-01'), p AS PROCTIME(), c AS COALESCE(x, 1), k AS CAST(x AS STRING), z AS CURRENT_TIMESTAMP, y AS JSON_VALUE(s, '$.a'), w AS REGEXP_EXTRACT(s, 'a', 1), b AS x BETWEEN 1 AND 2, v AS r.q, i AS ar[1], cs AS CASE WHEN x > 1 THEN 2 END, nn AS NOT (x > 1), lk AS s LIKE 'a%', isn AS s IS NOT NULL, dt AS ts + INTERVAL '1' DAY, ex AS EXTRACT(YEAR FROM ts), fl AS FLOOR(ts TO DAY), m AS MOD(x, 2), pc AS x % 2, subs AS SUBSTRING(s FROM 1 FOR 2), ifx AS IF(x > 1, 1, 2), af AS ARRAY[1, 2], mp AS MAP['a', 1], rw AS ROW(1, 'a'), dd AS DATE_FORMAT(ts, 'yyyy'), inx AS x IN (1, 2), cc AS s || 'x', lo AS lower(s), po AS POSITION('a' IN s), td AS TIMESTAMPDIFF(DAY, ts, ts)) WITH ('connector' = 'datagen');
SHOW CREATE TABLE a;
CREATE VIEW v1 AS SELECT UPPER(s) AS u, TO_TIMESTAMP('2020-01-01') AS t, DATE_FORMAT(ts, 'yyyy') AS d FROM a;
SHOW CREATE VIEW v1;
CREATE VIEW v2 AS SELECT x, COUNT(*) AS n FROM a GROUP BY GROUPING SETS ((x, s), (x), ());
SHOW CREATE VIEW v2;
CREATE VIEW v3 AS SELECT x, COUNT(*) AS n FROM a GROUP BY CUBE (x, s);
SHOW CREATE VIEW v3;
CREATE VIEW v9 AS SELECT id FROM a LIMIT 5;
SHOW CREATE VIEW v9;
