-- The last row by time needs no watermark.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT bidder, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bt DESC) AS rn FROM bids) WHERE rn = 1;
