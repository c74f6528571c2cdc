-- Views over views, with subqueries in each layer
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
CREATE VIEW priced AS SELECT id, bidder, lot, amt FROM bids WHERE amt IS NOT NULL;
CREATE VIEW bidder_totals AS SELECT bidder, SUM(amt) AS total, COUNT(*) AS n FROM priced GROUP BY bidder;
CREATE VIEW big_bidders AS SELECT bidder, total FROM bidder_totals WHERE total > (SELECT AVG(total) FROM bidder_totals);
SELECT * FROM big_bidders;
SELECT p.id, p.lot FROM priced AS p WHERE p.bidder IN (SELECT bidder FROM big_bidders);
SELECT p.lot, COUNT(*) AS n FROM priced AS p WHERE p.bidder NOT IN (SELECT bidder FROM big_bidders WHERE bidder IS NOT NULL) GROUP BY p.lot;
SELECT bidder, total, CASE WHEN bidder IN (SELECT bidder FROM big_bidders) THEN 'big' WHEN n > 2 THEN 'busy' ELSE 'other' END AS kind FROM bidder_totals WHERE bidder IS NOT NULL;
