-- Top-N and deduplication above and below joins, aggregates, unions, windows and other Top-Ns
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE ev (k STRING, id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem', 'path'='${DIR}/../data/late_keys.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW latest AS SELECT bidder, id, lot, amt, bt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bt DESC) AS rn FROM bids) WHERE rn = 1;
CREATE VIEW top2 AS SELECT * FROM (SELECT lot, id, amt, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids) WHERE rn <= 2;
SELECT l.bidder, l.id, t.rn FROM latest l JOIN top2 t ON l.id = t.id;
SELECT l.bidder, l.id, t.rn FROM latest l LEFT JOIN top2 t ON l.lot = t.lot AND t.rn = 1;
SELECT rn, COUNT(*) AS c, SUM(amt) AS s FROM top2 GROUP BY rn;
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY amt DESC, id) AS r2 FROM top2) WHERE r2 <= 3;
SELECT * FROM (SELECT lot, id, ROW_NUMBER() OVER (PARTITION BY rn ORDER BY amt DESC, id) AS r2 FROM top2) WHERE r2 <= 1;
SELECT id FROM top2 ORDER BY id DESC LIMIT 3;
SELECT DISTINCT lot FROM top2;
SELECT * FROM (SELECT lot, bidder, COUNT(*) AS n, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY COUNT(*) DESC, bidder) AS rn FROM bids GROUP BY lot, bidder) WHERE rn <= 2;
SELECT * FROM (SELECT lot, SUM(amt) AS s, ROW_NUMBER() OVER (ORDER BY SUM(amt) DESC NULLS LAST, lot) AS rn FROM bids GROUP BY lot) WHERE rn <= 2;
SELECT * FROM (SELECT lot, MAX(amt) AS m, COUNT(*) AS n, ROW_NUMBER() OVER (ORDER BY MAX(amt) DESC) AS rn FROM bids GROUP BY lot) WHERE rn <= 3;
SELECT * FROM (SELECT lot, MIN(amt) AS m, COUNT(*) AS n, ROW_NUMBER() OVER (ORDER BY MIN(amt)) AS rn FROM bids GROUP BY lot) WHERE rn <= 3;
SELECT * FROM (SELECT lot, MIN(amt) AS m, COUNT(*) AS n, ROW_NUMBER() OVER (ORDER BY MIN(amt)) AS rn FROM bids GROUP BY lot) WHERE rn <= 2 AND n > 2;
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY id) AS rn FROM (SELECT id, lot FROM bids UNION ALL SELECT id + 100, lot FROM bids)) WHERE rn <= 2;
SELECT * FROM (SELECT b.id, b.lot, e.k, ROW_NUMBER() OVER (PARTITION BY b.lot ORDER BY e.id DESC, b.id) AS rn FROM bids b JOIN ev e ON b.id = e.id) WHERE rn <= 2;
SELECT * FROM (SELECT b.id, b.lot, e.k, ROW_NUMBER() OVER (PARTITION BY b.lot ORDER BY e.id DESC, b.id) AS rn FROM bids b LEFT JOIN ev e ON b.id = e.id + 10) WHERE rn <= 2;
SELECT * FROM (SELECT UPPER(lot) AS ul, id, ROW_NUMBER() OVER (PARTITION BY UPPER(lot) ORDER BY id DESC) AS rn FROM bids) WHERE rn = 1;
WITH t AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids) SELECT id, rn FROM t WHERE rn <= 2;
WITH t AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids) SELECT a.id, b.id AS id2 FROM t a JOIN t b ON a.lot = b.lot WHERE a.rn = 1 AND b.rn = 2;
CREATE VIEW v AS SELECT *, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS rn FROM bids;
SELECT id, rn FROM v WHERE rn <= 1;
SELECT id, rn * 10 AS r10 FROM v WHERE rn <= 2;
SELECT id, CASE WHEN rn = 1 THEN 'first' ELSE 'other' END AS w FROM v WHERE rn <= 2;
SELECT COUNT(*) AS c FROM v WHERE rn <= 2;
SELECT id FROM v WHERE rn <= 2 LIMIT 2;
SELECT window_start, lot, id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, lot ORDER BY amt DESC, id) AS rn FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND, INTERVAL '30' SECOND))) WHERE rn <= 1;
SELECT window_start, window_end, bidder, id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, bidder ORDER BY amt DESC, id) AS rn FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bt), INTERVAL '10' SECOND))) WHERE rn <= 1;
SELECT window_start, bidder, n, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, bidder) AS rn FROM (SELECT window_start, window_end, bidder, COUNT(*) AS n FROM TABLE(HOP(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end, bidder)) WHERE rn <= 2 AND n > 1;
SELECT window_start, id, rn FROM (SELECT window_start, window_end, id, ROW_NUMBER() OVER (PARTITION BY window_end, window_start ORDER BY bt DESC) AS rn FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '20' SECOND))) WHERE rn = 1;
SELECT ws, id FROM (SELECT window_start AS ws, window_end AS we, id, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY amt DESC) AS rn FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '20' SECOND))) WHERE rn BETWEEN 2 AND 3;
SELECT window_start, id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY amt DESC) AS rn FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '20' SECOND))) WHERE rn <= 2 AND lot = 'lamp';
SELECT window_start, id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY amt DESC) AS rn FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '20' SECOND))) WHERE rn > 2;
SELECT TUMBLE_START(bt, INTERVAL '20' SECOND) AS s, COUNT(*) AS c FROM (SELECT id, bt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bt DESC) AS rn FROM bids) WHERE rn = 1) GROUP BY TUMBLE(bt, INTERVAL '20' SECOND);
SELECT a.window_start, a.k, b.id FROM (SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY id DESC) AS rn FROM TABLE(TUMBLE(TABLE ev, DESCRIPTOR(ts), INTERVAL '20' SECOND))) WHERE rn = 1) a JOIN (SELECT * FROM TABLE(TUMBLE(TABLE ev, DESCRIPTOR(ts), INTERVAL '20' SECOND))) b ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.id = b.id;
CREATE TABLE ins (lot STRING, id INT) WITH ('connector'='print');
INSERT INTO ins SELECT lot, id FROM top2;
SELECT id, amt FROM bids WHERE amt > 5 ORDER BY lot NULLS LAST, amt DESC LIMIT 4;
SELECT lot, n FROM (SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot) ORDER BY n, lot DESC LIMIT 2;
SELECT * FROM latest ORDER BY bt LIMIT 2;
SELECT * FROM latest ORDER BY bt;
SELECT t.id, e.k FROM (SELECT * FROM bids ORDER BY id LIMIT 5) t JOIN ev e ON t.id = e.id;
SELECT lot, SUM(amt) AS s FROM (SELECT * FROM bids ORDER BY amt DESC LIMIT 4) GROUP BY lot;
