-- EXISTS and NOT EXISTS in chains: relational division
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE a (i INT, s STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_a.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE b (j INT, u STRING) WITH ('connector'='filesystem', 'path'='${DIR}/../data/pairs_b.csv', 'format'='csv', 'csv.null-literal'='');
SELECT DISTINCT bidder FROM bids AS x WHERE NOT EXISTS (SELECT 1 FROM bids AS y WHERE y.lot = 'rug' AND y.bidder = x.bidder);
SELECT DISTINCT lot FROM bids AS x WHERE lot IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bids AS y WHERE y.lot = x.lot AND y.amt > 50);
SELECT id FROM bids AS x WHERE EXISTS (SELECT 1 FROM bids AS y WHERE y.lot = x.lot AND y.id < x.id) AND NOT EXISTS (SELECT 1 FROM bids AS z WHERE z.lot = x.lot AND z.id > x.id);
SELECT id FROM bids AS x WHERE id NOT IN (SELECT y.id FROM bids AS y JOIN bids AS z ON y.lot = z.lot AND y.amt < z.amt) AND lot IS NOT NULL;
