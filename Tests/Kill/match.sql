-- Prices of an auction that rise twice within ten seconds: killed in the middle of many matches.
CREATE TABLE events (
  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING,
    `dateTime` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3),
    expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  ts AS CASE event_type WHEN 0 THEN person.`dateTime` WHEN 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '15');
CREATE TABLE rises (auction BIGINT, lowest BIGINT, highest BIGINT, bids BIGINT) WITH (${SINK rises});
INSERT INTO rises
SELECT auction, lowest, highest, bids
FROM (SELECT bid.auction AS auction, bid.price AS price, ts FROM events WHERE event_type = 2)
MATCH_RECOGNIZE (
  PARTITION BY auction
  ORDER BY ts, price
  MEASURES FIRST(A.price) AS lowest, C.price AS highest, COUNT(B.price) AS bids
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B+ C) WITHIN INTERVAL '10' SECOND
  DEFINE B AS B.price > LAST(B.price, 1) OR LAST(B.price, 1) IS NULL, C AS C.price > 2 * A.price
);
