CREATE TABLE stock (sku STRING, place STRING, amount INT, PRIMARY KEY (sku) NOT ENFORCED) WITH ('connector' = 'changes');
CREATE TABLE places (place STRING, sku STRING, PRIMARY KEY (place) NOT ENFORCED) WITH ('connector' = 'upsert');
INSERT INTO places SELECT place, sku FROM stock ON CONFLICT DO DEDUPLICATE;
