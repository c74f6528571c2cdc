-- Set operations over aggregates, and aggregates over set operations
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT lot FROM bids GROUP BY lot HAVING COUNT(*) > 2 INTERSECT SELECT lot FROM bids WHERE amt > 10 EXCEPT SELECT lot FROM bids WHERE lot IS NULL;
SELECT k, SUM(n) AS n, COUNT(*) AS sides FROM (SELECT bidder AS k, COUNT(*) AS n FROM bids GROUP BY bidder UNION ALL SELECT lot, COUNT(*) FROM bids GROUP BY lot) GROUP BY k;
SELECT COUNT(*) AS n FROM (SELECT i FROM a EXCEPT ALL SELECT j FROM b);
SELECT x, COUNT(*) AS n FROM (SELECT i AS x FROM a INTERSECT ALL SELECT j FROM b UNION ALL SELECT id FROM bids WHERE id < 3) GROUP BY x;
(SELECT i, s FROM a EXCEPT SELECT j, u FROM b) UNION ALL (SELECT j, u FROM b EXCEPT SELECT i, s FROM a);
SELECT s FROM a WHERE i IN (SELECT i FROM a UNION SELECT j FROM b EXCEPT SELECT id FROM bids WHERE lot = 'rug');
