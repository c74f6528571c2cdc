-- Filter and project generated events into files: nothing to remember but offsets and what was written.
CREATE TABLE events (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '11');
CREATE TABLE bids (auction BIGINT, price BIGINT, ts TIMESTAMP(3)) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}', 'format' = 'json', 'sink.rolling-policy.file-size' = '256kb'
);
INSERT INTO bids SELECT bid.auction, bid.price, bid.`dateTime` FROM events WHERE event_type = 2 AND MOD(bid.auction, 3) = 0;
