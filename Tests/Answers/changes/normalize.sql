-- changes that come twice: the last row of each key, and what is made of it
CREATE TABLE keyed (sku STRING, qty INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector'='filesystem', 'path'='${DIR}/../data/changes_twice.jsonl', 'format'='debezium-json');
CREATE TABLE nokey (sku STRING, qty INT) WITH ('connector'='filesystem', 'path'='${DIR}/../data/changes_twice.jsonl', 'format'='debezium-json');
CREATE TABLE p1 (sku STRING, qty INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector'='print');
SELECT * FROM keyed;
SET 'table.exec.source.cdc-events-duplicate' = 'true';
SELECT * FROM keyed;
INSERT INTO p1 SELECT * FROM keyed;
SELECT * FROM keyed WHERE qty > 1;
SELECT qty FROM keyed;
SELECT qty, COUNT(*) AS n FROM keyed GROUP BY qty;
SELECT a.sku AS x, b.qty AS y FROM keyed a JOIN keyed b ON a.sku = b.sku;
SELECT a.sku AS x, b.qty AS y FROM keyed a LEFT JOIN keyed b ON a.qty = b.qty + 1;
SELECT MAX(sku) AS m, SUM(qty) AS s FROM keyed;
SELECT COUNT(*) AS n FROM nokey;
INSERT INTO p1 SELECT * FROM nokey;
