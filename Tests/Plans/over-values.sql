-- In the order of values every change gives the rows behind it anew: no watermark is computed, and -U rows are wanted.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT lot, n, RANK() OVER (ORDER BY n NULLS LAST) AS r
  FROM (SELECT lot, MAX(amt) AS n FROM bids GROUP BY lot);
