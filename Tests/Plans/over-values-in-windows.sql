-- Windows over results that change want each change by itself, and the watermark in force before it.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, SUM(c) AS s
  FROM TABLE(TUMBLE((SELECT bt, COUNT(*) OVER (PARTITION BY lot ORDER BY amt) AS c FROM bids), DESCRIPTOR(bt), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end;
