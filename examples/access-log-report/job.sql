-- A report per minute over a web access log: requests, visitors, errors and bytes of each status class.
CREATE TABLE requests (
  client STRING,
  http_method STRING,
  path STRING,
  status INT,
  byte_count BIGINT,
  requested_at TIMESTAMP(3),
  WATERMARK FOR requested_at AS requested_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = '${DIR}/requests.csv',
  'format' = 'csv',
  'csv.null-literal' = ''
);

SELECT
  window_start,
  status / 100 AS status_class,
  COUNT(*) AS requests,
  COUNT(DISTINCT client) AS visitors,
  COUNT(*) FILTER (WHERE path = '/login') AS logins,
  SUM(byte_count) AS byte_total
FROM TABLE(TUMBLE(TABLE requests, DESCRIPTOR(requested_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, status / 100;
