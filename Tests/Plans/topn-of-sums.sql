-- Sums can fall: a Top-N of them keeps all rows.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT bidder, n, rn FROM (SELECT bidder, n, ROW_NUMBER() OVER (ORDER BY n DESC, bidder) AS rn FROM (SELECT bidder, SUM(amt) AS n FROM bids GROUP BY bidder)) WHERE rn <= 3;
