-- Branches over one table share its scan; a filter around goes into each.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT id FROM (
  SELECT id, 'high' AS rule, bidder FROM bids WHERE amt > 100
  UNION ALL SELECT id, 'ana', bidder FROM bids WHERE bidder = 'ana'
  UNION ALL SELECT r.x, 'deep', bidder FROM bids WHERE r.z.p = 1
) WHERE bidder IS NOT NULL;
