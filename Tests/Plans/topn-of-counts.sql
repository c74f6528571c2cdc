-- Counts only rise: a Top-N of them keeps its first rows only and asks for no old rows.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT bidder, n FROM (SELECT bidder, n, ROW_NUMBER() OVER (ORDER BY n DESC, bidder) AS rn FROM (SELECT bidder, COUNT(*) AS n FROM bids GROUP BY bidder)) WHERE rn <= 3;
