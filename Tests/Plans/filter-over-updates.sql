-- A filter over updates needs the old rows, even for an upsert sink.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE totals (lot STRING, n BIGINT, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector' = 'upsert');
INSERT INTO totals SELECT lot, n FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot) WHERE n > 2;
