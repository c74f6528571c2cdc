-- Windows over processing time need no watermark: the scan has none, and bt is not read.
CREATE TABLE bids (id INT NOT NULL, lot STRING, amt DECIMAL(10, 2), bt TIMESTAMP(3), pt AS PROCTIME(),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, SUM(n) AS total FROM (
  SELECT window_start, window_end, lot, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(pt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, lot)
GROUP BY window_start, window_end;
