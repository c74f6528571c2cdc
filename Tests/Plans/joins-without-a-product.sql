-- Tables that no condition connects directly are joined through the one that connects them.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT a.id, b.lot, c.amt, d.id AS other FROM bids AS a, bids AS b, bids AS c, bids AS d
WHERE a.id = c.id AND b.lot = c.lot AND UPPER(b.bidder) = d.bidder AND a.amt < b.amt;
