-- What is known of a key of one side is known of the other side's, through several joins and below aggregates.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT a.id, b.bidder, c.n FROM bids AS a JOIN bids AS b ON a.id = b.id
  LEFT JOIN (SELECT id, COUNT(*) AS n FROM bids GROUP BY id) AS c ON c.id = b.id WHERE a.id BETWEEN 1 AND 5;
