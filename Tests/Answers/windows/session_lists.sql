-- lists, first and last values over sessions of the whole table and of keys
CREATE TABLE t (id INT, k STRING, v INT, p DECIMAL(10,2), n STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector'='filesystem','path'='${DIR}/../data/taps.csv','format'='csv','csv.null-literal'='');
SELECT window_start, FIRST_VALUE(id) f, LAST_VALUE(id) l, FIRST_VALUE(v) fv, LAST_VALUE(v) lv FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;
SELECT k, window_start, LISTAGG(CAST(id AS STRING)) l, FIRST_VALUE(id) f, LAST_VALUE(id) la FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end;
SELECT SESSION_START(ts, INTERVAL '1' SECOND) w, LISTAGG(CAST(id AS STRING)) l, FIRST_VALUE(id) f, LAST_VALUE(id) la FROM t GROUP BY SESSION(ts, INTERVAL '1' SECOND);
SELECT k, SESSION_START(ts, INTERVAL '3' SECOND) w, LISTAGG(CAST(id AS STRING), '|') l, FIRST_VALUE(id) f, LAST_VALUE(id) la FROM t GROUP BY k, SESSION(ts, INTERVAL '3' SECOND);
SELECT window_start, LISTAGG(n) FILTER (WHERE v > 3) l, LAST_VALUE(n) FILTER (WHERE v > 3) c FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;
