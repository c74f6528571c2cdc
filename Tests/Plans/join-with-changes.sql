-- A left join with a table of changes: filters go to their sides, the result takes rows back.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE lots (lot STRING, city STRING, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector' = 'changes');
SELECT b.id, l.city FROM bids b LEFT JOIN lots l ON b.lot = l.lot AND l.city <> 'Oslo' WHERE b.amt > 1;
