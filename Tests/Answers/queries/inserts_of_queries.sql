-- INSERT from CTEs, set operations and subqueries
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE out1 (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector'='print');
CREATE TABLE out2 (k STRING, n BIGINT) WITH ('connector'='print');
INSERT INTO out1 WITH t AS (SELECT lot, COUNT(*) AS n FROM bids WHERE lot IS NOT NULL GROUP BY lot) SELECT lot, n FROM t WHERE n > 1;
INSERT INTO out2 SELECT lot, COUNT(*) FROM bids WHERE id IN (SELECT i FROM a) GROUP BY lot;
INSERT INTO out2 SELECT s, CAST(i AS BIGINT) FROM a EXCEPT ALL SELECT u, CAST(j AS BIGINT) FROM b;
INSERT INTO out2 VALUES ('max', (SELECT MAX(id) FROM bids)), ('one', 1);
