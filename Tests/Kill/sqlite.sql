-- Rows into two tables of SQLite, one of them by key: each row once, each key with its last row.
CREATE TABLE lines (id BIGINT, name STRING, ts TIMESTAMP(3)) WITH (
  'connector' = 'filesystem', 'path' = '${IN}', 'format' = 'csv'
);
CREATE TABLE rows_added (id BIGINT, name STRING, ts TIMESTAMP(3)) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'rows_added', 'sink.create-table' = 'true'
);
CREATE TABLE last_rows (k BIGINT, id BIGINT, name STRING, PRIMARY KEY (k) NOT ENFORCED) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'last_rows', 'sink.create-table' = 'true'
);
EXECUTE STATEMENT SET BEGIN
INSERT INTO rows_added SELECT id, UPPER(name), ts FROM lines WHERE MOD(id, 7) <> 3;
-- An even number of keys: those of the two files stay apart.
INSERT INTO last_rows SELECT MOD(id, 1000), id, name FROM lines;
END;
