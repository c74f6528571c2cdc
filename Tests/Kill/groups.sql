-- Groups without a window, and groups of their changes, so that rows are taken back: counts, sums, extremes, DISTINCT.
CREATE TABLE events (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '13');
CREATE TABLE sizes (auctions BIGINT, block BIGINT, bids BIGINT, lowest BIGINT, highest BIGINT, channels BIGINT) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}', 'format' = 'debezium-json', 'sink.rolling-policy.file-size' = '1mb'
);
INSERT INTO sizes
SELECT COUNT(*), block, SUM(bids), MIN(lowest), MAX(highest), COUNT(DISTINCT channels)
FROM (
  SELECT auction, auction / 100 AS block, COUNT(*) AS bids, MIN(price) AS lowest, MAX(price) AS highest,
    COUNT(DISTINCT channel) AS channels
  FROM (SELECT bid.auction AS auction, bid.price AS price, bid.channel AS channel FROM events WHERE event_type = 2)
  GROUP BY auction
) GROUP BY block;
