-- Windows of event time: sliding ones that share slices, growing ones with early results, and sessions.
CREATE TABLE events (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>,
  ts AS bid.`dateTime`,
  auction AS bid.auction,
  price AS bid.price,
  channel AS bid.channel,
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '14', 'person.proportion' = '0', 'auction.proportion' = '0');
CREATE TABLE sliding (auction BIGINT, w TIMESTAMP(3), bids BIGINT, total BIGINT, channels BIGINT) WITH (${SINK sliding});
CREATE TABLE growing (w TIMESTAMP(3), bids BIGINT, highest BIGINT) WITH (${SINK growing});
CREATE TABLE visits (auction BIGINT, s TIMESTAMP(3), e TIMESTAMP(3), bids BIGINT, lowest BIGINT) WITH (${SINK visits});
EXECUTE STATEMENT SET BEGIN
INSERT INTO sliding
SELECT auction, window_end, COUNT(*), SUM(price), COUNT(DISTINCT channel)
FROM TABLE(HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))
GROUP BY auction, window_start, window_end;
INSERT INTO growing
SELECT window_end, COUNT(*), MAX(price)
FROM TABLE(CUMULATE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '5' SECOND))
GROUP BY window_start, window_end;
INSERT INTO visits
SELECT auction, window_start, window_end, COUNT(*), MIN(price)
FROM TABLE(SESSION(TABLE events PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '1' SECOND))
GROUP BY auction, window_start, window_end;
END;
