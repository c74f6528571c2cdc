-- EXCEPT ALL counts each row on both sides and gives it as often as it is left over.
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10, 2), r ROW<x INT, y INT, z ROW<p INT, q INT>>,
  bt TIMESTAMP(3), WATERMARK FOR bt AS bt - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
SELECT lot FROM bids EXCEPT ALL SELECT bidder FROM bids;
