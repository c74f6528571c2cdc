-- LIKE, IN and arithmetic of NULL are NULL, and so is NOT of it.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT t.id, u.s FROM t LEFT JOIN u ON t.id = u.id WHERE UPPER(u.s) LIKE 'A%' AND NOT (u.w + 1 IN (2, 3));
