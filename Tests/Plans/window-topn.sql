-- Top-N of a window aggregation is given window by window.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, lot, total FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY total DESC) AS rn FROM (SELECT window_start, window_end, lot, SUM(amt) AS total FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '30' SECOND)) GROUP BY window_start, window_end, lot)) WHERE rn <= 2;
