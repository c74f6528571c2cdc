-- A filter on the window itself cannot go below it: rows carry their window to the aggregate.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT window_start, lot, COUNT(*) AS n FROM TABLE(HOP(TABLE bids, DESCRIPTOR(bt), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
WHERE window_start > TIMESTAMP '2031-03-04 09:00:00' GROUP BY window_start, window_end, lot;
