-- Grouping sets inside a window: rows are expanded before the window aggregate.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, bidder, lot, COUNT(*) AS n, GROUPING(lot) AS g
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '30' SECOND))
GROUP BY window_start, window_end, GROUPING SETS ((bidder), (lot), ());
