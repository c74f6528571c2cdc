-- IN, EXISTS and ANY/ALL outside of WHERE conjuncts: OR, SELECT, CASE, HAVING, arguments; NULLs
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW a AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (2, 'y'), (2, 'y'), (CAST(NULL AS INT), 'n'), (CAST(NULL AS INT), 'n'), (5, 'z')) AS t(i, s);
CREATE VIEW b AS SELECT * FROM (VALUES (2, 'y'), (2, 'y'), (3, 'q'), (CAST(NULL AS INT), 'n'), (5, 'zz')) AS t(j, u);
SELECT id, (SELECT MAX(amt) FROM bids) AS m FROM bids WHERE id < 3;
SELECT id, id IN (SELECT i FROM a) AS f FROM bids WHERE id < 4;
SELECT id FROM bids WHERE id IN (SELECT i FROM a) OR id = 13;
SELECT id FROM bids WHERE NOT (id IN (SELECT i FROM a WHERE i IS NOT NULL) OR id > 5);
SELECT id FROM bids WHERE CASE WHEN id IN (SELECT i FROM a) THEN TRUE ELSE FALSE END;
SELECT id FROM bids WHERE id = (SELECT MAX(i) FROM a);
SELECT id FROM bids WHERE id > (SELECT MIN(i) FROM a) AND id < (SELECT MAX(i) FROM a);
SELECT lot, COUNT(*) AS c FROM bids GROUP BY lot HAVING COUNT(*) > (SELECT COUNT(*) FROM b);
SELECT lot, COUNT(*) AS c FROM bids GROUP BY lot HAVING COUNT(*) IN (SELECT j FROM b);
SELECT lot, SUM(CASE WHEN id IN (SELECT i FROM a) THEN 1 ELSE 0 END) AS c FROM bids GROUP BY lot;
SELECT id FROM bids WHERE (id, lot) IN (SELECT i, 'lamp' FROM a);
SELECT id FROM bids WHERE id NOT IN (SELECT i FROM a);
SELECT id FROM bids WHERE id NOT IN (SELECT i FROM a WHERE i IS NOT NULL);
SELECT id FROM bids WHERE id > ALL (SELECT i FROM a WHERE i IS NOT NULL);
SELECT id FROM bids WHERE id = ANY (SELECT i FROM a);
SELECT id FROM bids WHERE id <> ALL (SELECT i FROM a WHERE i IS NOT NULL);
SELECT id FROM bids WHERE id = SOME (SELECT i FROM a) AND amt > 1;
SELECT id, (SELECT s FROM a WHERE i = 1) AS u FROM bids WHERE id < 4;
SELECT id FROM bids t WHERE amt = (SELECT MAX(amt) FROM bids WHERE lot = t.lot);
SELECT id FROM bids t WHERE EXISTS (SELECT 1 FROM bids u WHERE u.lot = t.lot AND u.amt > t.amt);
SELECT id FROM bids t WHERE NOT EXISTS (SELECT 1 FROM bids u WHERE u.lot = t.lot AND u.amt > t.amt);
SELECT id FROM bids WHERE EXISTS (SELECT 1 FROM a WHERE i > 100);
SELECT id FROM bids WHERE NOT EXISTS (SELECT 1 FROM a WHERE i > 100) AND id < 3;
SELECT id FROM bids WHERE id IN (SELECT i FROM a INTERSECT SELECT j FROM b);
SELECT id FROM bids WHERE id IN (SELECT id FROM bids ORDER BY amt DESC LIMIT 2);
SELECT id FROM bids ORDER BY (SELECT MAX(i) FROM a), id DESC LIMIT 2;
SELECT (SELECT MAX(i) FROM a) + (SELECT MIN(j) FROM b) AS s;
SELECT id FROM bids WHERE lot IN ('lamp', (SELECT MAX(lot) FROM bids)) AND id < 5;
SELECT id FROM bids WHERE id BETWEEN (SELECT MIN(i) FROM a) AND (SELECT MAX(i) FROM a);
SELECT COUNT(*) AS c FROM bids WHERE id IN (SELECT i FROM a);
SELECT id FROM (SELECT * FROM bids WHERE id IN (SELECT i FROM a)) WHERE lot IN (SELECT lot FROM bids WHERE amt > 10);
CREATE VIEW latest AS SELECT bidder, id, lot, amt, bt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bt DESC) AS rn FROM bids) WHERE rn = 1;
SELECT id, EXISTS (SELECT 1 FROM (VALUES (1)) AS t(i)) AS e FROM bids WHERE id < 3;
SELECT id, id NOT IN (SELECT i FROM (VALUES (1), (2)) AS t(i)) AS e FROM bids WHERE id < 4;
SELECT id, id IN (SELECT i FROM (VALUES (1), (CAST(NULL AS INT))) AS t(i)) AS e FROM bids WHERE id < 4;
SELECT id, (id, lot) IN (SELECT i, 'lamp' FROM (VALUES (1), (2)) AS t(i)) AS e FROM bids WHERE id < 4;
SELECT lot, COUNT(*) AS c, (SELECT MAX(id) FROM ev) AS m FROM bids GROUP BY lot;
SELECT id > ALL (SELECT i FROM (VALUES (1), (2)) AS t(i)) AS e FROM bids WHERE id < 4;
