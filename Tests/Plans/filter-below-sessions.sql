CREATE TABLE bids (lot STRING, price INT, rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH ('connector' = 'paper');
SELECT window_start, lot, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY lot, DESCRIPTOR(rt), INTERVAL '1' MINUTE))
WHERE lot = 'a' AND price > 5 GROUP BY window_start, window_end, lot;
