-- Top-N by a rank over an insert-only input: rows that fall out are forgotten.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT lot, id, amt, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids) WHERE rn <= 2 AND id > 3 AND lot <> 'x';
