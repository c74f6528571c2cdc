-- OVER ordered by values over rows that change: aggregates, Top-N, joins, change data
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE stock (sku STRING, wh STRING, qty INT, PRIMARY KEY (sku) NOT ENFORCED)
WITH ('connector'='filesystem', 'path'='${DIR}/../data/changes_stock.jsonl', 'format'='debezium-json');
CREATE TEMPORARY VIEW totals AS SELECT lot, COUNT(*) AS n, SUM(amt) AS s, MAX(id) AS last_id FROM bids GROUP BY lot;
SELECT lot, n, SUM(n) OVER (ORDER BY lot) AS running FROM totals;
SELECT lot, n, SUM(n) OVER (ORDER BY lot ROWS UNBOUNDED PRECEDING) AS running FROM totals;
SELECT lot, n, SUM(n) OVER (ORDER BY n) AS running FROM totals;
SELECT lot, s, SUM(s) OVER (ORDER BY s NULLS LAST) AS running, COUNT(*) OVER (ORDER BY s NULLS LAST) AS place FROM totals;
SELECT lot, ROW_NUMBER() OVER (ORDER BY last_id) AS rn FROM totals;
SELECT lot, n, RANK() OVER (ORDER BY n) AS r, DENSE_RANK() OVER (ORDER BY n) AS d FROM totals;
SELECT lot, MIN(lot) OVER (ORDER BY last_id) AS mn, MAX(lot) OVER (ORDER BY last_id) AS mx FROM totals;
SELECT lot, FIRST_VALUE(lot) OVER (ORDER BY last_id) AS f, LAST_VALUE(lot) OVER (ORDER BY last_id) AS l FROM totals;
SELECT lot, LISTAGG(lot) OVER (ORDER BY last_id) AS lots FROM totals;
SELECT lot, n, SUM(n) OVER (PARTITION BY n ORDER BY lot) AS running FROM totals;
SELECT lot, n, AVG(n) OVER (PARTITION BY n > 2 ORDER BY last_id) AS a FROM totals;
SELECT sku, wh, qty, SUM(qty) OVER (PARTITION BY wh ORDER BY sku) AS s FROM stock;
SELECT sku, wh, qty, SUM(qty) OVER (ORDER BY qty ROWS UNBOUNDED PRECEDING) AS s FROM stock;
SELECT sku, wh, COUNT(*) OVER (ORDER BY wh) AS c FROM stock;
SELECT id, lot, amt, COUNT(*) OVER (PARTITION BY lot ORDER BY id) AS c FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC, id) AS rn FROM bids) WHERE rn <= 2;
SELECT b.id, t.n, SUM(t.n) OVER (PARTITION BY b.bidder ORDER BY b.id) AS s FROM bids b JOIN totals t ON b.lot = t.lot;
SELECT b.id, t.n, SUM(t.n) OVER (ORDER BY t.n) AS s FROM bids b LEFT JOIN totals t ON b.lot = t.lot AND t.n > 2;
SELECT n, COUNT(*) AS c FROM (SELECT lot, n, SUM(n) OVER (ORDER BY lot) AS r FROM totals) GROUP BY n;
CREATE TABLE sink (lot STRING, running BIGINT, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector'='print');
INSERT INTO sink SELECT lot, SUM(n) OVER (ORDER BY lot) FROM totals;
CREATE TABLE by_n (n BIGINT, lot STRING, running BIGINT, PRIMARY KEY (lot) NOT ENFORCED) WITH ('connector'='print');
INSERT INTO by_n SELECT n, lot, SUM(n) OVER (PARTITION BY n ORDER BY lot) FROM totals;
-- expect error: order by time takes no changes
SELECT lot, SUM(n) OVER (ORDER BY pt) AS s FROM (SELECT lot, n, PROCTIME() AS pt FROM totals);
-- expect error
SELECT lot, SUM(n) OVER (ORDER BY n DESC) AS s FROM totals;
