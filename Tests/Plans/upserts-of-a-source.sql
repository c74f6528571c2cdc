CREATE TABLE stock (sku STRING, place STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'upserts');
CREATE TABLE totals (sku STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'upsert');
INSERT INTO totals SELECT sku, amount FROM stock;
