-- A time-to-live is that of a join as it is written.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT /*+ STATE_TTL('a' = '1 d') */ a.id, b.lot, c.amt FROM bids AS a, bids AS b, bids AS c
WHERE a.id = c.id AND b.lot = c.lot;
