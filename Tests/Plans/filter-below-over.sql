-- The rows of a partition are all counted, those of other partitions are not.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
SELECT * FROM (SELECT k, v, SUM(v) OVER (PARTITION BY k ORDER BY ts) AS sv FROM t) WHERE k = 3 AND v > 4;
