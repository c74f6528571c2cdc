-- Every window aggregation of the job leads its late rows into one sink: assigned windows, attached ones, sessions.
CREATE TABLE bids (id INT NOT NULL, bidder STRING, lot STRING, amt DECIMAL(10, 2), note STRING,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE late_bids (id INT, bt TIMESTAMP(3)) WITH ('connector' = 'append');
CREATE TABLE a (ws TIMESTAMP(3), n BIGINT) WITH ('connector' = 'append');
CREATE TABLE b (ws TIMESTAMP(3), n BIGINT) WITH ('connector' = 'append');
SET 'table.exec.late-rows.table' = 'late_bids';
BEGIN STATEMENT SET;
INSERT INTO a SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '10' SECOND))
WHERE window_start > TIMESTAMP '2031-03-04 09:00:00' GROUP BY window_start, window_end;
INSERT INTO b SELECT SESSION_START(bt, INTERVAL '5' SECOND), COUNT(*) FROM bids
GROUP BY SESSION(bt, INTERVAL '5' SECOND), lot;
END;
