CREATE TABLE t (id INT, k STRING, v INT, p DECIMAL(10,2), n STRING, ts TIMESTAMP(3), pt AS PROCTIME(), a AS UPPER(n), b AS v + 1, c AS COALESCE(k, n), d AS TO_TIMESTAMP(n), e AS CONCAT(k, 'x'), f AS CAST(v AS STRING), g AS k || n, h AS NOW(), i AS CURRENT_TIMESTAMP, j AS IF(v > 1, v, 0), l AS MD5(n), m AS CASE WHEN v > 1 THEN 'a' ELSE 'b' END, o AS DATE_FORMAT(ts, 'yyyy'), q AS SUBSTRING(n FROM 2), r AS TRIM(n), s AS ROW(v, n), u AS ARRAY[v], w AS v IS NULL, x AS EXTRACT(YEAR FROM ts), y AS TO_TIMESTAMP_LTZ(v, 3), z AS ts + INTERVAL '1' DAY, WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector'='filesystem','path'='${DIR}/../data/taps.csv','format'='csv','csv.null-literal'='');
SELECT x FROM (SELECT CAST(ts AS TIMESTAMP(3)) AS x FROM t UNION ALL SELECT ts FROM t) WHERE x IS NULL;
SELECT x FROM (SELECT ts AS x FROM t UNION SELECT ts FROM t) WHERE x IS NULL;
SELECT x FROM (SELECT ts AS x FROM t INTERSECT SELECT ts FROM t) WHERE x IS NULL;
SELECT a.x FROM (SELECT ts AS x, id FROM t) a LEFT JOIN t b ON a.id = b.id WHERE a.id < 2;
SELECT (SELECT MAX(ts) FROM t) AS m FROM t WHERE id < 2;
SELECT k, LAST_VALUE(ts) l, FIRST_VALUE(ts) f FROM t WHERE id < 6 GROUP BY k;
SELECT ts, COUNT(*) FROM t WHERE id < 3 GROUP BY ts;
SELECT DISTINCT ts FROM t WHERE id < 3;
