-- EMIT makes a window give several results; the sink has no key, so it wants the old rows too.
CREATE TABLE bids (id INT NOT NULL, lot STRING, amt DECIMAL(10, 2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
CREATE TABLE totals (lot STRING, total DECIMAL(38, 2)) WITH ('connector' = 'paper');
INSERT INTO totals SELECT lot, SUM(amt) FROM bids GROUP BY lot, HOP(bt, INTERVAL '5' MINUTE, INTERVAL '1' HOUR)
EMIT WITH DELAY '30' SECOND BEFORE WATERMARK, WITHOUT DELAY AFTER WATERMARK;
