-- A dimension table behind a view, asked by a column and a constant; its watermark and unused columns go.
CREATE TABLE orders (id INT, sku STRING, qty INT, note STRING, pt AS PROCTIME()) WITH ('connector' = 'paper');
CREATE TABLE skus (sku STRING, region STRING, code BIGINT, descr STRING, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
CREATE VIEW named AS SELECT sku, region, code + 1 AS succ, descr FROM skus WHERE descr <> '';
SELECT o.id, s.succ FROM orders o LEFT JOIN named FOR SYSTEM_TIME AS OF o.pt AS s
  ON s.sku = UPPER(o.sku) AND s.region = 'north' AND s.succ > o.qty WHERE o.qty > 2;
