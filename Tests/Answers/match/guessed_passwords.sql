-- Guessed passwords: an address fails to log in as somebody at least five times within ten minutes, and then gets in.
-- Rows may come up to five seconds late; MATCH_RECOGNIZE reads them in the order of their time.
CREATE TABLE logins (
  happened_at TIMESTAMP(3),
  client STRING,
  username STRING,
  outcome STRING,
  WATERMARK FOR happened_at AS happened_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = '${DIR}/logins.csv',
  'format' = 'csv'
);

SELECT client, username, first_try, tries, last_tried, got_in
FROM logins MATCH_RECOGNIZE (
  PARTITION BY client
  ORDER BY happened_at
  MEASURES
    S.username AS username,
    FIRST(F.happened_at) AS first_try,
    COUNT(F.username) AS tries,
    LAST(F.username) AS last_tried,
    S.happened_at AS got_in
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (F{5,} S) WITHIN INTERVAL '10' MINUTE
  DEFINE
    F AS F.outcome = 'failed',
    S AS S.outcome = 'accepted'
);
