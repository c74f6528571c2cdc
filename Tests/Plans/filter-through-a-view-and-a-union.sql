-- Each input of the union is filtered by itself.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
CREATE VIEW both_of_them AS SELECT id, k FROM t UNION SELECT id, k FROM u;
WITH q AS (SELECT * FROM both_of_them WHERE k > 1) SELECT id FROM q WHERE k = 3;
