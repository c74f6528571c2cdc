CREATE TABLE bids (id BIGINT, lot STRING, price INT, rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH ('connector' = 'paper');
SELECT lot, n FROM (
  SELECT window_start, window_end, lot, COUNT(*) AS n, MAX(price) AS dear
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(rt), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, lot
);
