-- The hint stands over the setting.
CREATE TABLE bids (id INT NOT NULL, lot STRING, amt DECIMAL(10, 2)) WITH ('connector' = 'paper');
SET 'table.exec.state.ttl' = '1 d';
SELECT /*+ STATE_TTL('b' = '2 h') */ lot, COUNT(DISTINCT id) AS n, PERCENTILE(amt, ARRAY[0.5, 0.9]) AS p,
  JSON_ARRAYAGG(id NULL ON NULL) AS ids, ARRAY_AGG(id IGNORE NULLS) AS kept FROM bids AS b GROUP BY lot;
