-- A merged key is the key of either side: both are filtered before they are kept.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT id, v, w FROM t FULL JOIN u USING (id) WHERE id = 3;
