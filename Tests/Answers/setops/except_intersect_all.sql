-- EXCEPT ALL and INTERSECT ALL: duplicates, NULLs, changing inputs, other types
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW a AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (2, 'y'), (2, 'y'), (CAST(NULL AS INT), 'n'), (CAST(NULL AS INT), 'n'), (5, 'z')) AS t(i, s);
CREATE VIEW b AS SELECT * FROM (VALUES (2, 'y'), (2, 'y'), (3, 'q'), (CAST(NULL AS INT), 'n'), (5, 'zz')) AS t(j, u);
SELECT * FROM a INTERSECT ALL SELECT * FROM b;
SELECT * FROM a EXCEPT ALL SELECT * FROM b;
SELECT i FROM a INTERSECT ALL SELECT j FROM b;
SELECT i FROM a EXCEPT ALL SELECT j FROM b;
SELECT i FROM a EXCEPT ALL SELECT j FROM b EXCEPT ALL SELECT 1;
SELECT i FROM a INTERSECT ALL SELECT j FROM b UNION ALL SELECT 7;
SELECT bidder, COUNT(*) AS n FROM bids GROUP BY bidder EXCEPT ALL SELECT lot, COUNT(*) FROM bids GROUP BY lot;
SELECT n FROM (SELECT bidder, COUNT(*) AS n FROM bids GROUP BY bidder) INTERSECT ALL SELECT n FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot);
SELECT n FROM (SELECT bidder, COUNT(*) AS n FROM bids GROUP BY bidder) EXCEPT ALL SELECT n FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot);
SELECT bidder FROM bids INTERSECT ALL SELECT bidder FROM bids WHERE lot = 'lamp';
SELECT id, amt FROM bids INTERSECT ALL SELECT id, CAST(amt AS DOUBLE) FROM bids;
SELECT ARRAY[1,2] AS x INTERSECT ALL SELECT ARRAY[1,2];
