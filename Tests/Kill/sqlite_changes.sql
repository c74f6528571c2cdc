-- Changes of a table, deletes among them, applied to a table of SQLite.
CREATE TABLE changes (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'filesystem', 'path' = '${CHANGES}', 'format' = 'debezium-json'
);
CREATE TABLE copy (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'copy', 'sink.create-table' = 'true'
);
INSERT INTO copy SELECT id, name FROM changes;
