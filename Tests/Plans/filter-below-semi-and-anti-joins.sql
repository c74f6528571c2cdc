-- What is said of a key holds for the other side too.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT id, v FROM t WHERE id IN (SELECT id FROM u) AND NOT EXISTS (SELECT 1 FROM u WHERE u.k = t.k) AND v > 3 AND id > 5 AND k = 2;
