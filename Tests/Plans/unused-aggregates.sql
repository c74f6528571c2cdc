CREATE TABLE bids (id BIGINT, lot STRING, price INT, rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH ('connector' = 'paper');
SELECT lot, n FROM (SELECT lot, COUNT(*) AS n, MAX(price) AS dear, COUNT(DISTINCT id) AS ids FROM bids GROUP BY lot);
