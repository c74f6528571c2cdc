-- What both operands of OR say is the key of the join; the rest says something of either side.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE u (id INT, k INT, w INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
SELECT t.id FROM t, u WHERE (t.id = u.id AND t.k = 1 AND u.w = 2) OR (t.id = u.id AND t.k = 3 AND u.w = 4);
