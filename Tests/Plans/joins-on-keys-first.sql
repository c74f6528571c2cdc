-- With the setting, a table whose key is joined comes before one that may have many rows for each.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SET 'table.optimizer.join-reorder-enabled' = 'true';
SELECT a.id, b.amt, n FROM bids AS a JOIN bids AS b ON a.bidder = b.bidder
  JOIN (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot) AS c ON a.lot = c.lot;
