-- Without keys everything meets on one shard; constants are folded.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE lots (lot STRING, city STRING, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector' = 'changes');
SELECT COUNT(*) AS n, 1 + 2 AS three FROM bids, lots WHERE bids.amt > 10 * 10;
