-- Window table functions: by window time.
CREATE TABLE lifts (id INT, k STRING, g INT, v INT, p DECIMAL(8, 2), s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '4' SECOND) WITH ('connector' = 'filesystem', 'path' = '${DIR}/../data/lifts.csv', 'format' = 'csv', 'csv.null-literal' = '');
SELECT window_time, window_end, SUM(v) s FROM TABLE(TUMBLE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(TUMBLE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '3' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(HOP(TABLE lifts, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(HOP(DATA => TABLE lifts, TIMECOL => DESCRIPTOR(ts), SLIDE => INTERVAL '6' SECOND, SIZE => INTERVAL '18' SECOND, `OFFSET` => INTERVAL -'2' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(CUMULATE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(CUMULATE(TABLE lifts, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND, INTERVAL '4' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(SESSION(TABLE lifts, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_time, window_end, window_start;
SELECT window_time, window_end, SUM(v) s FROM TABLE(SESSION(TABLE lifts PARTITION BY k, DESCRIPTOR(ts), INTERVAL '9' SECOND)) GROUP BY window_time, window_end, window_start;
