-- Window table functions: cube.
CREATE TABLE lifts (id INT, k STRING, g INT, v INT, p DECIMAL(8, 2), s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '4' SECOND) WITH ('connector' = 'filesystem', 'path' = '${DIR}/../data/lifts.csv', 'format' = 'csv', 'csv.null-literal' = '');
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(TUMBLE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(TUMBLE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '3' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(HOP(TABLE lifts, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(HOP(DATA => TABLE lifts, TIMECOL => DESCRIPTOR(ts), SLIDE => INTERVAL '6' SECOND, SIZE => INTERVAL '18' SECOND, `OFFSET` => INTERVAL -'2' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(CUMULATE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
SELECT window_end, k, COUNT(*) c, MAX(p) FROM TABLE(CUMULATE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND, INTERVAL '4' SECOND)) GROUP BY window_start, window_end, CUBE (k) HAVING COUNT(*) > 1;
