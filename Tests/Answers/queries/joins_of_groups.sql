-- Joins of aggregates with outer joins and filters on keys
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT x.lot, x.n, y.total, z.best FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot) AS x LEFT JOIN (SELECT lot, SUM(amt) AS total FROM bids GROUP BY lot) AS y ON x.lot = y.lot LEFT JOIN (SELECT lot, MAX(amt) AS best FROM bids GROUP BY lot) AS z ON z.lot = y.lot WHERE x.lot <> 'rug';
SELECT x.id, y.j FROM bids AS x LEFT JOIN b AS y ON x.id = y.j WHERE x.id IN (1, 2, 3);
SELECT x.id, y.i, z.j FROM bids AS x JOIN a AS y ON x.id = y.i FULL JOIN b AS z ON y.i = z.j;
SELECT x.id FROM bids AS x, a AS y, b AS z WHERE x.id = y.i AND z.j = y.i AND x.id > 1;
SELECT COALESCE(x.lot, 'none') AS lot, x.n FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot) AS x RIGHT JOIN (SELECT DISTINCT lot FROM bids WHERE amt > 5) AS y ON x.lot = y.lot AND x.n > 1;
