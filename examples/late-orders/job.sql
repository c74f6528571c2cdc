-- One scan, two results: a running total per customer, and a cumulative total that grows every 30 seconds within two
-- minutes. Some orders of the file come late; the window counts them only where their window is still open.
CREATE TABLE orders (
  order_id BIGINT,
  customer STRING,
  total DECIMAL(10, 2),
  placed_at TIMESTAMP(3),
  WATERMARK FOR placed_at AS placed_at - INTERVAL '10' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = '${DIR}/orders.jsonl',
  'format' = 'json'
);
CREATE TABLE totals (customer STRING, orders BIGINT, total DECIMAL(38, 2))
  WITH ('connector' = 'print', 'print-identifier' = 'total');
CREATE TABLE growth (starts TIMESTAMP(3), ends TIMESTAMP(3), orders BIGINT, total DECIMAL(38, 2))
  WITH ('connector' = 'print', 'print-identifier' = 'growth');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO totals SELECT customer, COUNT(*), SUM(total) FROM orders GROUP BY customer HAVING COUNT(*) >= 10;
  INSERT INTO growth
    SELECT window_start, window_end, COUNT(*), SUM(total)
    FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '30' SECOND, INTERVAL '2' MINUTE))
    GROUP BY window_start, window_end;
END;
