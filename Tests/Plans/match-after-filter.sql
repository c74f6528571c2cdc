-- Conditions on one row are computed before matching, filters on the partition go below it, unused measures are not
-- computed.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT bidder, high, n, seen
FROM bids MATCH_RECOGNIZE (
  PARTITION BY bidder, lot
  ORDER BY bt, id DESC
  MEASURES A.amt AS low, LAST(B.amt) AS high, COUNT(B.amt) AS n, FIRST(B.r.z.q) AS q, MATCH_ROWTIME() AS seen
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST B
  PATTERN (A B{2,5}? C*? D)
  WITHIN INTERVAL '10' MINUTE
  DEFINE
    A AS A.amt > 10 AND A.r.x = 1,
    B AS B.amt > LAST(B.amt, 1) OR LAST(B.amt, 1) IS NULL,
    D AS D.amt < A.amt AND D.amt < AVG(B.amt)
)
WHERE lot = 'chair' AND n > 2;
