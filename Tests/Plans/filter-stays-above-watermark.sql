-- Every row moves the watermark, so that the filter stays above it although it is below the window.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND))
WHERE lot = 'lamp' AND amt > 5 GROUP BY window_start, window_end HAVING COUNT(*) > 1;
