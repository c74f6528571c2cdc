-- A version that is filtered would let an older one through: only the left side is.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE ver (id INT, rate INT, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts)
  WITH ('connector' = 'changes');
SELECT t.id, v.rate FROM t LEFT JOIN ver FOR SYSTEM_TIME AS OF t.ts AS v ON t.id = v.id WHERE t.k = 3 AND v.rate > 2;
