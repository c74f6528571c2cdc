-- Subqueries in HAVING, CASE and arguments of aggregates
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT lot, MAX(amt) AS m FROM bids GROUP BY lot HAVING MAX(amt) >= (SELECT AVG(amt) FROM bids) AND COUNT(*) IN (SELECT id FROM bids);
SELECT lot, SUM(CASE WHEN amt > (SELECT AVG(amt) FROM bids) THEN 1 ELSE 0 END) AS above, COUNT(*) FILTER (WHERE bidder IN (SELECT bidder FROM bids WHERE lot = 'rug')) AS by_rug FROM bids GROUP BY lot;
SELECT lot, n, n - (SELECT MIN(n) FROM (SELECT COUNT(*) AS n FROM bids GROUP BY lot)) AS more FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot);
