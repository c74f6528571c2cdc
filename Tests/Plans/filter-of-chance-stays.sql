-- RAND_INTEGER is drawn once for each group, not for each of its rows.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
SELECT * FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k) WHERE k > RAND_INTEGER(5);
