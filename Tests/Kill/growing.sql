-- A log that grows and is rotated while the job runs and while it does not: each line once.
CREATE TABLE log (id BIGINT, name STRING) WITH (
  'connector' = 'filesystem', 'path' = '${LOG}', 'format' = 'csv',
  'source.monitor-mode' = 'appended', 'source.monitor-interval' = '5 ms'
);
CREATE TABLE lines (id BIGINT, name STRING) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'lines', 'sink.create-table' = 'true'
);
INSERT INTO lines SELECT id, name FROM log;
