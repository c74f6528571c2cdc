-- Top-N and deduplication below joins and subqueries
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW latest AS SELECT id, bidder, lot, amt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bt DESC) AS rn FROM bids WHERE bidder IS NOT NULL) WHERE rn = 1;
SELECT lot, COUNT(*) AS n FROM latest GROUP BY lot;
SELECT id FROM bids WHERE id IN (SELECT id FROM latest);
SELECT bidder FROM latest WHERE amt < (SELECT MAX(amt) FROM latest);
SELECT lot, amt FROM (SELECT lot, amt, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids WHERE amt IS NOT NULL) WHERE rn <= 2 AND lot IN (SELECT lot FROM bids GROUP BY lot HAVING COUNT(*) > 2);
SELECT lot, amt FROM bids WHERE amt IS NOT NULL ORDER BY amt DESC, id LIMIT 3;
