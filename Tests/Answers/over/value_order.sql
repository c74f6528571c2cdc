-- OVER ordered by values, not times: frames, functions, NULLs, ties, types, what is refused
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
SELECT id, lot, amt, SUM(amt) OVER (PARTITION BY lot ORDER BY amt) AS s FROM bids;
SELECT id, lot, amt, SUM(amt) OVER (PARTITION BY lot ORDER BY amt ROWS UNBOUNDED PRECEDING) AS s FROM bids;
SELECT id, lot, amt, SUM(id) OVER (PARTITION BY lot ORDER BY amt NULLS LAST) AS s FROM bids;
SELECT id, lot, amt, SUM(id) OVER (PARTITION BY lot ORDER BY amt NULLS FIRST) AS s FROM bids;
SELECT id, lot, amt, COUNT(*) OVER (ORDER BY amt NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c FROM bids;
SELECT id, COUNT(*) OVER (ORDER BY lot) AS c, MIN(amt) OVER (ORDER BY lot) AS mn, MAX(amt) OVER (ORDER BY lot) AS mx, AVG(amt) OVER (ORDER BY lot) AS av FROM bids;
SELECT id, MIN(bidder) OVER w AS mn, MAX(bidder) OVER w AS mx, COUNT(bidder) OVER w AS c FROM bids WINDOW w AS (PARTITION BY lot ORDER BY amt);
SELECT id, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY id) AS rn FROM bids;
SELECT id, lot, amt, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt) AS rn FROM bids;
SELECT id, lot, amt, RANK() OVER (PARTITION BY lot ORDER BY amt) AS r FROM bids;
SELECT id, lot, amt, DENSE_RANK() OVER (PARTITION BY lot ORDER BY amt) AS r FROM bids;
SELECT id, RANK() OVER w AS r, DENSE_RANK() OVER w AS d, SUM(amt) OVER w AS s FROM bids WINDOW w AS (ORDER BY bidder);
SELECT id, ROW_NUMBER() OVER (ORDER BY amt) AS rn, SUM(id) OVER (ORDER BY amt ROWS UNBOUNDED PRECEDING) AS s FROM bids;
SELECT id, LAG(id) OVER (PARTITION BY lot ORDER BY id) AS p FROM bids WHERE id <> 10;
SELECT id, LAG(id, 2) OVER (ORDER BY id) AS p FROM bids WHERE id <> 10;
SELECT id, LAG(id, 1, -1) OVER (PARTITION BY bidder ORDER BY id) AS p FROM bids WHERE id <> 10;
SELECT id, FIRST_VALUE(id) OVER (PARTITION BY lot ORDER BY amt) AS f, LAST_VALUE(id) OVER (PARTITION BY lot ORDER BY amt) AS l FROM bids;
SELECT id, LISTAGG(lot, '-') OVER (ORDER BY amt) AS l FROM bids;
SELECT id, STDDEV_POP(id) OVER (ORDER BY amt) AS s, VAR_SAMP(id) OVER (ORDER BY amt) AS v FROM bids;
SELECT id, SUM(id) OVER (ORDER BY bt) AS by_time, bt FROM bids WHERE bt > TIMESTAMP '2031-03-04 09:00:05';
SELECT id, SUM(id) OVER (ORDER BY CAST(bt AS TIMESTAMP(3))) AS by_value, bt FROM bids;
SELECT id, SUM(id) OVER (PARTITION BY lot ORDER BY -id) AS s FROM bids;
SELECT id, SUM(id) OVER (PARTITION BY lot, bidder ORDER BY UPPER(bidder)) AS s FROM bids;
SELECT id, SUM(id) OVER (ORDER BY amt > 9) AS s FROM bids;
SELECT id, SUM(id) OVER (ORDER BY CAST(amt AS DOUBLE)) AS s FROM bids;
SELECT id, SUM(id) OVER (ORDER BY CAST(bidder AS BYTES)) AS s FROM bids;
SELECT id, SUM(id) OVER (ORDER BY CAST(bt AS DATE)) AS s, COUNT(*) OVER (ORDER BY CAST(bt AS DATE)) AS c FROM bids;
-- what may stand above
SELECT s, COUNT(*) AS c FROM (SELECT SUM(id) OVER (ORDER BY lot) AS s FROM bids) GROUP BY s;
SELECT id, s FROM (SELECT id, SUM(id) OVER (ORDER BY amt) AS s FROM bids) WHERE s > 20;
SELECT * FROM (SELECT id, s, ROW_NUMBER() OVER (ORDER BY s DESC, id) AS rn FROM (SELECT id, SUM(id) OVER (PARTITION BY lot ORDER BY amt) AS s FROM bids)) WHERE rn <= 3;
SELECT a.id, a.s, b.s AS t FROM (SELECT id, SUM(id) OVER (ORDER BY lot) AS s FROM bids WHERE id < 8) a JOIN (SELECT id, SUM(id) OVER (ORDER BY bidder) AS s FROM bids WHERE id < 8) b ON a.id = b.id;
SELECT id, s, SUM(s) OVER (ORDER BY id) AS ss FROM (SELECT id, SUM(id) OVER (PARTITION BY lot ORDER BY amt) AS s FROM bids);
SELECT window_start, SUM(s) AS s, COUNT(*) AS c FROM TABLE(TUMBLE((SELECT id, bt, COUNT(*) OVER (PARTITION BY lot ORDER BY amt) AS s FROM bids), DESCRIPTOR(bt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
CREATE TEMPORARY VIEW ranked AS SELECT id, lot, RANK() OVER (PARTITION BY lot ORDER BY amt) AS r FROM bids;
SELECT lot, MAX(r) AS m FROM ranked GROUP BY lot;
SELECT id FROM ranked WHERE r = 1;
-- expect error: one column, ascending, no bounded frame, one window
SELECT id, SUM(id) OVER (PARTITION BY lot ORDER BY amt DESC) AS s FROM bids;
-- expect error
SELECT id, ROW_NUMBER() OVER (PARTITION BY lot ORDER BY amt DESC) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (PARTITION BY lot ORDER BY amt, id) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (PARTITION BY lot) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id ROWS CURRENT ROW) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS s FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY id) AS s, SUM(id) OVER (ORDER BY amt) AS t FROM bids;
-- expect error
SELECT id, RANK() OVER (ORDER BY amt) AS r, ROW_NUMBER() OVER (ORDER BY amt) AS n FROM bids;
-- expect error
SELECT id, SUM(id) OVER (ORDER BY 1) AS s FROM bids;
-- expect error
SELECT id, PERCENT_RANK() OVER (ORDER BY amt) AS p FROM bids;
-- expect error
SELECT id, CUME_DIST() OVER (ORDER BY amt) AS p FROM bids;
-- expect error
SELECT id, NTILE(2) OVER (ORDER BY amt) AS p FROM bids;
-- expect error
SELECT id, LEAD(id) OVER (ORDER BY id) AS p FROM bids;
-- expect error
SELECT id, NTH_VALUE(id, 2) OVER (ORDER BY id) AS p FROM bids;
-- expect error
SELECT id, SUM(id) FILTER (WHERE id > 3) OVER (ORDER BY id) AS s FROM bids;
