-- Files in, files out: a plain one, a gzip one, and event time that has to go on where it stood.
CREATE TABLE lines (id BIGINT, name STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH (
  'connector' = 'filesystem', 'path' = '${IN}', 'format' = 'csv'
);
CREATE TABLE kept (id BIGINT, name STRING, ts TIMESTAMP(3)) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}', 'format' = 'csv', 'sink.rolling-policy.file-size' = '128kb'
);
INSERT INTO kept SELECT id, UPPER(name), ts FROM lines WHERE MOD(id, 7) <> 3;
