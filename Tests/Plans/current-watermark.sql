-- CURRENT_WATERMARK keeps the watermark of a table that nothing else asks for; dates and quotes are printed as SQL.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT id, CURRENT_WATERMARK(bt) AS wm FROM bids WHERE CAST(bt AS DATE) > DATE '2031-03-04' AND lot <> 'o''clock'
  AND CAST(bt AS TIME) > TIME '10:00:00';
