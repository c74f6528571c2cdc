-- Two INSERTs over one table: one scan that reads what both need, one watermark.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE sums (w TIMESTAMP(3), s DECIMAL(38, 2)) WITH ('connector' = 'append');
CREATE TABLE rows_of_ana (id INT, x INT) WITH ('connector' = 'append');
EXECUTE STATEMENT SET BEGIN
INSERT INTO sums SELECT window_end, SUM(amt) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
INSERT INTO rows_of_ana SELECT id, r.z.q FROM bids WHERE bidder = 'ana';
END;
