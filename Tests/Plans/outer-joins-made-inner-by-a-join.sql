-- The second join drops what the first one pads: no row is ever taken back.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
CREATE TABLE dim (id INT, name STRING) WITH ('connector' = 'paper');
SELECT t.id, name FROM t LEFT JOIN u ON t.id = u.id JOIN dim ON u.k = dim.id;
