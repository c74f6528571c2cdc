SET 'table.exec.source.cdc-events-duplicate' = 'true';
CREATE TABLE stock (sku STRING, place STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'changes');
SELECT place, SUM(amount) AS total FROM stock WHERE amount > 0 GROUP BY place;
