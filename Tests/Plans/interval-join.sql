-- Bounds of the time become an interval; months stay in the condition too, for they differ in length.
CREATE TABLE orders (id INT, sku STRING, ot TIMESTAMP(3), WATERMARK FOR ot AS ot) WITH ('connector' = 'paper');
CREATE TABLE parcels (id INT, carrier STRING, st TIMESTAMP(3), WATERMARK FOR st AS st) WITH ('connector' = 'paper');
SELECT o.id, p.carrier, q.carrier AS other
  FROM orders o
  LEFT JOIN parcels p ON o.id = p.id AND p.st > o.ot AND p.st <= o.ot + INTERVAL '10' MINUTE AND p.carrier <> o.sku
  JOIN parcels q ON o.id = q.id AND o.ot BETWEEN q.st - INTERVAL '1' MONTH AND q.st;
