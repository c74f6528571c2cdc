-- Brute-force detection over a login log: addresses with at least 140 failed logins in any minute, looked at every ten
-- seconds. The log is made up by the datagen connector: 2 million attempts at 1,000 a second of event time, 5,000
-- addresses of which three behave as attackers.
CREATE TABLE logins (
  client STRING,
  username STRING,
  outcome STRING,
  happened_at TIMESTAMP(3),
  WATERMARK FOR happened_at AS happened_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '0',
  'number-of-rows' = '2000000',
  'seed' = '42',
  'time.start' = '2024-03-01 08:00:00',
  'time.step' = '1 ms',
  'fields.client.text' = 'ip',
  'fields.client.distinct' = '5000',
  'fields.client.hot' = '3',
  'fields.client.hot-share' = '0.02',
  'fields.username.text' = 'user-name',
  'fields.username.distinct' = '300',
  'fields.outcome.values' = 'accepted;failed',
  'fields.outcome.weights' = '70;30',
  'fields.happened_at.kind' = 'sequence'
);

SELECT
  window_start,
  client,
  COUNT(*) AS failures,
  COUNT(DISTINCT username) AS usernames
FROM TABLE(HOP(TABLE logins, DESCRIPTOR(happened_at), INTERVAL '10' SECOND, INTERVAL '1' MINUTE))
WHERE outcome = 'failed'
GROUP BY window_start, window_end, client
HAVING COUNT(*) >= 140;
