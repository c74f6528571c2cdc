CREATE TABLE stock (sku STRING, place STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'changes');
CREATE TABLE amounts (sku STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'upsert');
SET 'table.exec.sink.keyed-shuffle' = 'FORCE';
INSERT INTO amounts SELECT sku, amount FROM stock;
