-- An upsert sink with the query's key needs no -U rows.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE totals (lot STRING, n BIGINT, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector' = 'upsert');
INSERT INTO totals SELECT lot, COUNT(*) FROM bids WHERE lot IS NOT NULL GROUP BY lot;
