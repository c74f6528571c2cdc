-- Scalar subqueries in each other
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT MAX(id) AS m FROM bids WHERE id < (SELECT MAX(id) FROM bids WHERE id < (SELECT MAX(id) FROM bids));
SELECT id FROM bids WHERE amt > (SELECT AVG(amt) FROM bids WHERE amt < (SELECT MAX(amt) FROM bids)) AND lot = (SELECT MIN(lot) FROM bids);
SELECT (SELECT COUNT(*) FROM bids) - (SELECT COUNT(*) FROM a) * (SELECT COUNT(*) FROM b) AS x;
SELECT id, amt - (SELECT AVG(amt) FROM bids AS y WHERE y.lot = x.lot) AS d FROM bids AS x WHERE amt IS NOT NULL;
SELECT lot, total FROM (SELECT lot, SUM(amt) AS total FROM bids GROUP BY lot) WHERE total = (SELECT MAX(total) FROM (SELECT SUM(amt) AS total FROM bids GROUP BY lot));
