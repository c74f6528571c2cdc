-- Both sides, but not below the watermarks.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT t.id, u.w FROM t JOIN u ON t.id = u.id AND t.ts BETWEEN u.ts - INTERVAL '1' HOUR AND u.ts WHERE t.k = 3 AND w > 2;
