-- Only the elements are filtered behind it.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
SELECT id, e FROM t CROSS JOIN UNNEST(ar) AS x (e) WHERE k = 3 AND e > 2;
