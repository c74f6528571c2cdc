-- event-time temporal joins with NULL in a key of either side, of both, and beside further keys
CREATE TABLE orders (id INT, cur STRING, ot TIMESTAMP(3), WATERMARK FOR ot AS ot) WITH ('connector'='filesystem','path'='${DIR}/null_orders.csv','format'='csv','csv.null-literal'='');
CREATE TABLE rates (cur STRING, rate DECIMAL(10,2), rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH ('connector'='filesystem','path'='${DIR}/null_rates.csv','format'='csv','csv.null-literal'='');
CREATE VIEW last_rate AS SELECT cur, rate, rt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY cur ORDER BY rt DESC) AS rn FROM rates) WHERE rn = 1;
CREATE VIEW last_pair AS SELECT cur, k, rate, rt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY cur, k ORDER BY rt DESC) AS rn FROM (SELECT cur, rate, rt, CHAR_LENGTH(cur) AS k FROM rates)) WHERE rn = 1;
SELECT o.id, r.rate FROM orders o JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur;
SELECT o.id, r.rate FROM orders o LEFT JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur;
SELECT o.id, r.rate FROM orders o LEFT JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur AND r.rate > 2.5;
SELECT o.id, r.rate FROM orders o LEFT JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON NULLIF(o.cur, 'EUR') = r.cur;
SELECT o.id, r.k, r.rate FROM orders o LEFT JOIN last_pair FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur AND CHAR_LENGTH(o.cur) = r.k;
SELECT o.id, r.k, r.rate FROM orders o LEFT JOIN last_pair FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur AND o.id - 1 = r.k;
SELECT r.cur, COUNT(*) AS n, SUM(r.rate) AS s FROM orders o JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur GROUP BY r.cur;
SELECT o.id, r.rate FROM orders o LEFT JOIN last_rate FOR SYSTEM_TIME AS OF o.ot AS r ON o.cur = r.cur WHERE r.cur IS NULL;
