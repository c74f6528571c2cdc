-- Every kind of operator that keeps state, with a file as source and files as sinks: see README.md.
CREATE TABLE visits (id BIGINT, name STRING, amount DECIMAL(8, 2), ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'in/visits.csv', 'format' = 'csv');
CREATE TABLE people (name STRING, city STRING) WITH (
  'connector' = 'filesystem', 'path' = 'in/people.csv', 'format' = 'csv'
);
CREATE TABLE windows (name STRING, w TIMESTAMP(3), n BIGINT, names BIGINT, total DECIMAL(38, 2)) WITH (
  'connector' = 'filesystem', 'path' = 'out/windows', 'format' = 'csv'
);
CREATE TABLE grouped (name STRING, n BIGINT, least DECIMAL(8, 2), days BIGINT) WITH (
  'connector' = 'filesystem', 'path' = 'out/grouped', 'format' = 'debezium-json'
);
CREATE TABLE joined (id BIGINT, city STRING) WITH (
  'connector' = 'filesystem', 'path' = 'out/joined', 'format' = 'csv'
);
CREATE TABLE ranks (name STRING, place BIGINT, id BIGINT, amount DECIMAL(8, 2)) WITH (
  'connector' = 'filesystem', 'path' = 'out/ranks', 'format' = 'debezium-json'
);
CREATE TABLE matched (name STRING, first_id BIGINT, last_id BIGINT, steps BIGINT) WITH (
  'connector' = 'filesystem', 'path' = 'out/matched', 'format' = 'csv'
);
CREATE TABLE totals (id BIGINT, total DECIMAL(38, 2), visits BIGINT) WITH (
  'connector' = 'filesystem', 'path' = 'out/totals', 'format' = 'csv', 'sink.rolling-policy.file-size' = '512b'
);
EXECUTE STATEMENT SET BEGIN
INSERT INTO windows
SELECT name, window_end, COUNT(*), COUNT(DISTINCT MOD(id, 3)), SUM(amount)
FROM TABLE(HOP(TABLE visits, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
GROUP BY name, window_start, window_end;
INSERT INTO grouped
SELECT name, COUNT(*), MIN(least), COUNT(DISTINCT s) FROM (
  SELECT name, SECOND(ts) AS s, MIN(amount) AS least FROM visits GROUP BY name, SECOND(ts)
) GROUP BY name;
INSERT INTO joined SELECT visits.id, people.city FROM visits JOIN people ON visits.name = people.name;
INSERT INTO ranks
SELECT name, place, id, amount FROM (
  SELECT name, id, amount, ROW_NUMBER() OVER (PARTITION BY name ORDER BY amount DESC, id) AS place FROM visits
) WHERE place <= 2;
INSERT INTO matched
SELECT name, first_id, last_id, steps FROM visits MATCH_RECOGNIZE (
  PARTITION BY name ORDER BY ts
  MEASURES A.id AS first_id, LAST(B.id) AS last_id, COUNT(B.id) AS steps
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE B AS B.amount > 20, C AS C.amount <= 20
);
INSERT INTO totals
SELECT id, SUM(amount) OVER w, COUNT(*) OVER w FROM visits
WINDOW w AS (PARTITION BY name ORDER BY ts RANGE BETWEEN INTERVAL '20' SECOND PRECEDING AND CURRENT ROW);
END;
