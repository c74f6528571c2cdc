-- IGNORE NULLS and RESPECT NULLS: which functions take them
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '50' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
SELECT ARRAY_AGG(lot) IGNORE NULLS AS a FROM bids;
SELECT ARRAY_AGG(lot) RESPECT NULLS AS a FROM bids;
SELECT bidder, ARRAY_AGG(amt IGNORE NULLS) AS a FROM bids GROUP BY bidder;
SELECT id, LAG(amt) RESPECT NULLS OVER (ORDER BY bt) AS p FROM bids;
-- expect error
SELECT FIRST_VALUE(lot) IGNORE NULLS FROM bids;
-- expect error
SELECT bidder, LAST_VALUE(amt) RESPECT NULLS FROM bids GROUP BY bidder;
-- expect error
SELECT SUM(id) IGNORE NULLS FROM bids;
-- expect error
SELECT COLLECT(lot) IGNORE NULLS FROM bids;
-- expect error
SELECT COUNT(lot) IGNORE NULLS FROM bids;
-- expect error
SELECT COUNT(*) RESPECT NULLS FROM bids;
-- expect error
SELECT LISTAGG(lot) IGNORE NULLS FROM bids;
-- expect error
SELECT id, FIRST_VALUE(lot) IGNORE NULLS OVER (ORDER BY bt) FROM bids;
-- expect error
SELECT id, LAST_VALUE(amt) RESPECT NULLS OVER (ORDER BY bt) FROM bids;
-- expect error
SELECT id, RANK() IGNORE NULLS OVER (ORDER BY bt) FROM bids;
-- expect error
SELECT UPPER(lot) IGNORE NULLS FROM bids;
