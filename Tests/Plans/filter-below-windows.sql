-- Window functions, window aggregates and the join of windows: the rows of other keys do not come that far.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT a.k, a.n, b.n AS m FROM (
  SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE))
  GROUP BY k, window_start, window_end) a
JOIN (SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(HOP(TABLE u, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE))
  GROUP BY k, window_start, window_end) b
ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE a.k = 3;
