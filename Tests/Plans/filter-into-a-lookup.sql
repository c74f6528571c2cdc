-- The lookup becomes an inner join, and takes what is said of its table.
CREATE TABLE t (id INT, k INT, v INT, s STRING, ar ARRAY<INT>, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'paper');
CREATE TABLE dim (id INT, name STRING, cat INT) WITH ('connector' = 'paper');
SELECT t.id, d.name FROM t LEFT JOIN dim FOR SYSTEM_TIME AS OF t.p AS d ON t.id = d.id WHERE t.k = 3 AND d.cat > 2;
