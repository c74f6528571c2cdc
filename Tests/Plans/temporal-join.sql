-- Versions of a changing table by event time: the left side's filter moves down, the right side's stays in the condition.
CREATE TABLE pays (id INT, cur STRING, amt DECIMAL(10, 2), note STRING, pt TIMESTAMP(3), WATERMARK FOR pt AS pt)
  WITH ('connector' = 'paper');
CREATE TABLE rates (cur STRING, rate DECIMAL(10, 4), rt TIMESTAMP(3), note STRING, WATERMARK FOR rt AS rt,
  PRIMARY KEY (cur) NOT ENFORCED) WITH ('connector' = 'changes');
SELECT p.id, r.rate FROM pays p JOIN rates FOR SYSTEM_TIME AS OF p.pt AS r
  ON UPPER(p.cur) = r.cur AND r.rate < 2 WHERE p.amt > 1 AND r.rate > 1;
