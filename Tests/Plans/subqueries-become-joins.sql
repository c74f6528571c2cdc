-- IN is a semi join, NOT EXISTS an anti join, a scalar subquery a left join.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE lots (lot STRING, city STRING, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector' = 'changes');
SELECT id, (SELECT MAX(amt) FROM bids) AS top FROM bids b
WHERE lot IN (SELECT lot FROM lots WHERE city = 'Rome') AND NOT EXISTS (SELECT 1 FROM lots l WHERE l.lot = b.bidder);
