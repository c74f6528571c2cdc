-- Parsed logs: the lines of a web server fall apart into typed columns, each client gets the region of its address from
-- a file of ranges, and lines that cannot be read go to a table of their own, with the reason.
CREATE TABLE requests (
  host STRING,
  `method` STRING,
  `path` STRING,
  status INT,
  `bytes` BIGINT,
  event_time TIMESTAMP(3),
  user_agent STRING,
  error STRING METADATA FROM 'value.error',
  line STRING METADATA FROM 'value.line',
  asked_at AS PROCTIME()
) WITH (
  'connector' = 'filesystem',
  'path' = '${DIR}/access.log',
  'format' = 'clf',
  'clf.on-error' = 'null'
);

CREATE TABLE regions (low BIGINT, high BIGINT, region STRING) WITH (
  'connector' = 'dimension',
  'path' = '${DIR}/regions.csv',
  'format' = 'csv'
);

SELECT r.event_time, r.host, g.region, r.status, r.`bytes`, a.browser, a.device
FROM requests AS r
LEFT JOIN LATERAL TABLE(PARSE_USER_AGENT(r.user_agent)) AS a ON TRUE
LEFT JOIN regions FOR SYSTEM_TIME AS OF r.asked_at AS g ON INET_ATON(r.host) BETWEEN g.low AND g.high
WHERE r.error IS NULL;

SELECT line, error FROM requests WHERE error IS NOT NULL;
