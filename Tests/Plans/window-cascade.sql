-- A window over the window_time of another, then the maximum per outer window.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE VIEW w10 AS
SELECT window_time AS wt, lot, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, window_time, lot;
SELECT window_start, window_end, SUM(n) AS n FROM TABLE(TUMBLE(TABLE w10, DESCRIPTOR(wt), INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
