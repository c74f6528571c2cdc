-- ORDER BY time holds rows until the watermark reaches them.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT id FROM bids ORDER BY bt, amt DESC;
