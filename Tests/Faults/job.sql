-- Lines into files, plain and in directories of partitions, and windows of them into files and a table of SQLite.
CREATE TABLE lines (id BIGINT, name STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH (
  'connector' = 'filesystem', 'path' = '${IN}', 'format' = 'csv'
);
CREATE TABLE kept (id BIGINT, name STRING) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}/kept', 'format' = 'csv', 'sink.rolling-policy.file-size' = '16kb'
);
CREATE TABLE odd (id BIGINT, third BIGINT) PARTITIONED BY (third) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}/odd', 'format' = 'csv', 'sink.rolling-policy.file-size' = '4kb'
);
CREATE TABLE counts (name STRING, w TIMESTAMP(3), n BIGINT) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}/counts', 'format' = 'csv'
);
CREATE TABLE totals (name STRING, w TIMESTAMP(3), n BIGINT) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'totals', 'sink.create-table' = 'true'
);
CREATE VIEW windows AS
SELECT name, window_end AS w, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE lines, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY name, window_start, window_end;
EXECUTE STATEMENT SET BEGIN
INSERT INTO kept SELECT id, UPPER(name) FROM lines;
INSERT INTO odd SELECT id, MOD(id, 3) FROM lines WHERE MOD(id, 2) = 1;
INSERT INTO counts SELECT name, w, n FROM windows;
INSERT INTO totals SELECT name, w, n FROM windows;
END;
