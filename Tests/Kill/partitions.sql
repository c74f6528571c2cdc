-- Two sinks of one job: partitioned directories, and a second file of what the first leaves out.
CREATE TABLE events (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '12');
CREATE TABLE by_channel (auction BIGINT, price BIGINT, channel STRING) PARTITIONED BY (channel) WITH (
  'connector' = 'filesystem', 'path' = '${OUT}/by', 'format' = 'csv', 'sink.rolling-policy.file-size' = '64kb'
);
CREATE TABLE others (event_type INT) WITH ('connector' = 'filesystem', 'path' = '${OUT}/others', 'format' = 'csv');
EXECUTE STATEMENT SET BEGIN
INSERT INTO by_channel
SELECT bid.auction, bid.price, bid.channel FROM events
WHERE event_type = 2 AND bid.channel IN ('Google', 'Facebook', 'Baidu', 'Apple');
INSERT INTO others SELECT event_type FROM events WHERE event_type <> 2;
END;
