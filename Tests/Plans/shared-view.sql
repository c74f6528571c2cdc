-- A view over a view that is read twice is computed once; each reader filters for itself.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE VIEW sums AS SELECT bidder, SUM(amt) AS total, COUNT(*) AS n FROM bids GROUP BY bidder;
CREATE VIEW big AS SELECT bidder, total FROM sums WHERE total > 10;
SELECT a.bidder, b.total FROM big AS a JOIN big AS b ON a.total < b.total;
