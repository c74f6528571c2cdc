-- A correlated sub-query is a join, and filtered like one.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT t.id, l.w FROM t, LATERAL (SELECT w FROM u WHERE u.id = t.id) AS l WHERE k = 3 AND w > 2;
