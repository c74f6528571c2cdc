-- How often a row is given depends on equal rows only.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT * FROM (SELECT id, k FROM t INTERSECT ALL SELECT id, k FROM u) WHERE k = 3;
