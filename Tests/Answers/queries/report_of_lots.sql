-- CTEs over CTEs: totals, shares and ranks of lots
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
WITH totals AS (SELECT lot, SUM(amt) AS total, COUNT(*) AS n FROM bids WHERE amt IS NOT NULL GROUP BY lot),
 overall AS (SELECT SUM(total) AS everything, MAX(total) AS best FROM totals)
SELECT lot, total, n, CAST(100 * total / everything AS INT) AS share, total = best AS is_best FROM totals, overall;
WITH totals AS (SELECT bidder, lot, SUM(amt) AS total FROM bids GROUP BY bidder, lot),
 ranked AS (SELECT bidder, lot, total, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY total DESC, bidder) AS rn FROM totals)
SELECT r.lot, r.bidder, r.total, t.n FROM ranked AS r JOIN (SELECT lot, COUNT(DISTINCT bidder) AS n FROM bids GROUP BY lot) AS t ON r.lot = t.lot WHERE rn = 1;
