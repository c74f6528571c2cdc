-- Groups of rows that came from one shard are on all shards again: joined without keys, they are brought together.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT lot, (SELECT COUNT(*) FROM bids) AS n, SUM((SELECT COUNT(*) FROM bids)) AS s FROM bids GROUP BY lot;
