-- The query alone reads lot and bt; the late table makes the scan keep what it names: a type is cast, a column without
-- counterpart is NULL.
CREATE TABLE bids (id INT NOT NULL, bidder STRING, lot STRING, amt DECIMAL(10, 2), note STRING,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE late_bids (id BIGINT NOT NULL, lot STRING, amt DECIMAL(10, 2), bt TIMESTAMP(3), reason STRING)
  WITH ('connector' = 'append');
SET 'table.exec.late-rows.table' = 'late_bids';
SELECT window_start, lot, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND))
WHERE bidder <> 'robot' GROUP BY window_start, window_end, lot;
