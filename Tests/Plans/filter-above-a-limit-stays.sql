-- The first three rows are chosen among all.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
SELECT * FROM (SELECT k, v FROM t ORDER BY v LIMIT 3) WHERE k = 3;
