-- Only the columns that are read stay; the filter on the partition's key goes below OVER, the one on a result stays.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT id, s FROM (SELECT id, lot, SUM(amt) OVER w AS s, COUNT(*) OVER w AS unused FROM bids
  WINDOW w AS (PARTITION BY lot ORDER BY bt ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)) WHERE s > 5 AND lot = 'rug';
