-- The three highest prices of each channel, and the time of the last bid of each auction.
CREATE TABLE events (
  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING,
    `dateTime` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3),
    expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  ts AS CASE event_type WHEN 0 THEN person.`dateTime` WHEN 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '14');
CREATE TABLE highest (
  channel STRING, place BIGINT, auction BIGINT, price BIGINT, PRIMARY KEY (channel, place) NOT ENFORCED
) WITH (${SINK highest changes});
CREATE TABLE latest (auction BIGINT, ts TIMESTAMP(3), PRIMARY KEY (auction) NOT ENFORCED) WITH (
  'connector' = 'sqlite', 'path' = '${SQLITE}', 'table-name' = 'latest', 'sink.create-table' = 'true'
);
EXECUTE STATEMENT SET BEGIN
INSERT INTO highest
SELECT channel, place, auction, price FROM (
  SELECT bid.channel AS channel, bid.auction AS auction, bid.price AS price,
    ROW_NUMBER() OVER (PARTITION BY bid.channel ORDER BY bid.price DESC, bid.auction) AS place
  FROM events WHERE event_type = 2
) WHERE place <= 3
ON CONFLICT DO DEDUPLICATE;
INSERT INTO latest
SELECT auction, ts FROM (
  SELECT bid.auction AS auction, ts, ROW_NUMBER() OVER (PARTITION BY bid.auction ORDER BY ts DESC) AS place
  FROM events WHERE event_type = 2
) WHERE place = 1
ON CONFLICT DO DEDUPLICATE;
END;
