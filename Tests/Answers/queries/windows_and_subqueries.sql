-- Windows joined and filtered with subqueries over windows
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW minutes AS SELECT window_start, window_end, lot, COUNT(*) AS n, SUM(amt) AS total FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, lot;
SELECT window_end, lot, n FROM minutes WHERE n = (SELECT MAX(n) FROM minutes);
SELECT m.window_end, m.lot, m.n FROM minutes AS m JOIN (SELECT window_start, window_end, MAX(n) AS best FROM minutes GROUP BY window_start, window_end) AS t ON m.window_start = t.window_start AND m.window_end = t.window_end AND m.n = t.best;
SELECT lot, SUM(n) AS n, COUNT(*) AS windows FROM minutes WHERE lot IN (SELECT s FROM a UNION ALL SELECT lot FROM bids WHERE amt > 10) GROUP BY lot;
