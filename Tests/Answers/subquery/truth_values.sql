-- IN, ANY and ALL over no rows and over NULLs
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT id, EXISTS (SELECT 1 FROM a WHERE i > 100) AS f FROM bids WHERE id < 3;
SELECT id, NOT EXISTS (SELECT 1 FROM a WHERE i > 100) AS f FROM bids WHERE id < 3;
SELECT id FROM bids WHERE NOT (id IN (SELECT i FROM a WHERE i > 100) OR id = 1);
SELECT id FROM bids WHERE EXISTS (SELECT 1 FROM a WHERE i > 100) OR id = 1;
SELECT id FROM bids WHERE id > ANY (SELECT i FROM a WHERE i > 100);
SELECT id FROM bids WHERE id NOT IN (SELECT i FROM a WHERE i > 100) AND id < 4;
SELECT id FROM bids WHERE id <> ALL (SELECT i FROM a WHERE i > 100) AND id < 4;
SELECT id FROM bids WHERE id <> ANY (SELECT i FROM a WHERE i > 100) AND id < 4;
SELECT id FROM bids WHERE (SELECT MAX(i) FROM a WHERE i > 100) IS NULL AND id < 4;
SELECT id FROM bids WHERE (SELECT COUNT(*) FROM a WHERE i > 100) = 0 AND id < 4;
SELECT id, (SELECT COUNT(*) FROM a WHERE i > 100) AS c FROM bids WHERE id < 4;
SELECT i, s, i > ALL (SELECT j FROM b WHERE u = s AND j > 100) AS f FROM a;
SELECT i, s, i = ALL (SELECT j FROM b WHERE u = s AND j > 100) AS f FROM a;
SELECT i, s FROM a WHERE i <> ANY (SELECT j FROM b WHERE u = s);
SELECT i, s FROM a WHERE i = ALL (SELECT j FROM b);
SELECT i, s FROM a WHERE i > ANY (SELECT j FROM b WHERE u = s) OR i = 5;
SELECT i, i <> ALL (SELECT j FROM b) AS f FROM a;
SELECT i, i <> ALL (SELECT j FROM b WHERE j IS NOT NULL) AS f FROM a;
SELECT i, i <> ANY (SELECT j FROM b WHERE j IS NULL) AS f FROM a;
SELECT i, i = ALL (SELECT j FROM b WHERE j IS NULL) AS f FROM a;
