CREATE TABLE visits (lot STRING, price INT, rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH (
  'connector' = 'filesystem', 'path' = '${DIR}/../data/visits.csv', 'format' = 'csv'
);

SELECT window_start, lot, COUNT(*) AS n
FROM TABLE(SESSION(TABLE visits PARTITION BY lot, DESCRIPTOR(rt), INTERVAL '1' MINUTE))
WHERE lot = 'a' AND price > 5 GROUP BY window_start, window_end, lot;

SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE visits PARTITION BY lot, DESCRIPTOR(rt), INTERVAL '1' MINUTE))
WHERE price > 5 GROUP BY window_start, window_end;

SELECT window_start, lot, SUM(price) AS total
FROM TABLE(SESSION(TABLE visits PARTITION BY lot, DESCRIPTOR(rt), INTERVAL '1' MINUTE))
WHERE lot <> 'b' GROUP BY window_start, window_end, lot;

SELECT window_start, lot, SUM(price) AS total
FROM TABLE(SESSION(DATA => TABLE visits PARTITION BY lot, TIMECOL => DESCRIPTOR(rt), GAP => INTERVAL '1' MINUTE))
WHERE MOD(price, 10) = 0 GROUP BY window_start, window_end, lot;
