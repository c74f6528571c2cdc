-- A subquery beside groups is joined above them.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT lot FROM bids GROUP BY lot HAVING COUNT(*) > (SELECT MAX(id) FROM bids);
