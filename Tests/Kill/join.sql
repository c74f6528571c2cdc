-- A join that keeps both sides, and a table that ends long before the other: what it gave may come neither twice nor
-- not at all, whenever the job is killed afterwards.
CREATE TABLE events (
  event_type INT,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3),
    expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>
) WITH ('connector' = 'nexmark', 'events.num' = '${EVENTS}', 'seed' = '13');
CREATE TABLE lines (id BIGINT, name STRING, ts TIMESTAMP(3)) WITH (
  'connector' = 'filesystem', 'path' = '${IN}', 'format' = 'csv'
);
CREATE TABLE sold (auction BIGINT, category BIGINT, price BIGINT, name STRING) WITH (${SINK sold});
CREATE TABLE names (name STRING, ts TIMESTAMP(3)) WITH (${SINK names});
EXECUTE STATEMENT SET BEGIN
INSERT INTO sold
SELECT bids.bid.auction, auctions.auction.category, bids.bid.price, lines.name
FROM (SELECT bid FROM events WHERE event_type = 2 AND MOD(bid.bidder, 5) = 0) bids
JOIN (SELECT auction FROM events WHERE event_type = 1) auctions ON bids.bid.auction = auctions.auction.id
JOIN lines ON bids.bid.bidder = lines.id;
INSERT INTO names SELECT name, ts FROM lines WHERE MOD(id, 3) = 0;
END;
