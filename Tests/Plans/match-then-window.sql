-- The time of a match is a time attribute again.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE VIEW rises AS
SELECT * FROM bids MATCH_RECOGNIZE (
  ORDER BY bt MEASURES B.amt - A.amt AS rise, MATCH_ROWTIME() AS mt PATTERN (A B) DEFINE B AS B.amt > A.amt);
SELECT window_start, SUM(rise) AS rise FROM TABLE(TUMBLE(TABLE rises, DESCRIPTOR(mt), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
