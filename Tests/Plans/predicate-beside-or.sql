-- A subquery that is no conjunct is counted in one row and looked up by a join.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT id FROM bids WHERE id IN (SELECT id FROM bids WHERE amt > 5) OR lot = 'rug';
