-- CREATE TABLE AS: options, lists of columns, keys, IF NOT EXISTS
CREATE TABLE src (id INT NOT NULL, name STRING, price DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '${DIR}/orders.csv', 'format' = 'csv');
CREATE TABLE a1 WITH ('connector' = 'print') AS SELECT id, name FROM src;
SHOW CREATE TABLE a1;
DESCRIBE a1;
CREATE TABLE a2 WITH ('connector' = 'print') AS SELECT id, COUNT(*) AS n, SUM(price) AS total FROM src GROUP BY id;
SHOW CREATE TABLE a2;
CREATE TABLE a3 (total DECIMAL(20, 2), id INT) WITH ('connector' = 'print') AS SELECT id, price AS total FROM src;
SHOW CREATE TABLE a3;
CREATE TABLE a4 (extra BIGINT, twice AS id * 2) WITH ('connector' = 'print') AS SELECT id, name FROM src;
SHOW CREATE TABLE a4;
CREATE TABLE a5 (PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print') AS SELECT id, name FROM src;
SHOW CREATE TABLE a5;
CREATE TABLE a6 (WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'print') AS SELECT id, ts FROM src;
SHOW CREATE TABLE a6;
CREATE TABLE a7 (name, id) WITH ('connector' = 'print') AS SELECT id, name FROM src;
SHOW CREATE TABLE a7;
-- expect error
CREATE TABLE a8 (name) WITH ('connector' = 'print') AS SELECT id, name FROM src;
-- expect error
CREATE TABLE a9 (name, nosuch) WITH ('connector' = 'print') AS SELECT id, name FROM src;
CREATE TABLE IF NOT EXISTS a1 WITH ('connector' = 'print') AS SELECT price FROM src;
SHOW CREATE TABLE a1;
-- expect error
CREATE TABLE a1 WITH ('connector' = 'print') AS SELECT price FROM src;
CREATE TABLE a11 WITH ('connector' = 'print') AS SELECT 1, 'x' AS t, CAST(NULL AS INT) AS n;
SHOW CREATE TABLE a11;
CREATE TABLE a12 WITH ('connector' = 'print') AS SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE src, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
SHOW CREATE TABLE a12;
CREATE TABLE a13 WITH ('connector' = 'filesystem', 'path' = '${DIR}/../sink/a13', 'format' = 'csv') AS SELECT id, name FROM src WHERE id > 1;
SELECT * FROM a13;
-- expect error
CREATE TABLE a15 (id STRING) WITH ('connector' = 'print') AS SELECT id, name FROM src;
CREATE TABLE a16 (id BIGINT) WITH ('connector' = 'print') AS SELECT id, name FROM src;
SHOW CREATE TABLE a16;
-- expect error
CREATE TABLE a17 (id BIGINT NOT NULL, name STRING NOT NULL) WITH ('connector' = 'print') AS SELECT id, name FROM src;
-- expect error
CREATE TEMPORARY TABLE a19 WITH ('connector' = 'print') AS SELECT id FROM src;
-- expect error
CREATE TABLE a20 AS SELECT id FROM src;
CREATE TABLE a21 (m INT METADATA) WITH ('connector' = 'print') AS SELECT id, name FROM src;
CREATE TABLE a22 WITH ('connector' = 'print') AS VALUES (1, 'a'), (2, 'b');
SHOW CREATE TABLE a22;
CREATE TABLE a23 WITH ('connector' = 'print') AS WITH q AS (SELECT id, name FROM src) SELECT name, id FROM q;
SHOW CREATE TABLE a23;
CREATE OR REPLACE TABLE a23 WITH ('connector' = 'print') AS SELECT 5 AS five;
CREATE TABLE a24 WITH ('connector' = 'print') AS SELECT id AS a, id AS a FROM src;
CREATE TABLE a25 (twice AS id * 2, id) WITH ('connector' = 'print') AS SELECT id FROM src;
