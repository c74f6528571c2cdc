-- what ORDER BY names: aliases, places, hidden columns, aggregates; NULLS; sorts that mean nothing
CREATE TABLE bids (
  id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3),
  WATERMARK FOR bt AS bt - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
SELECT id, amt FROM bids ORDER BY amt OFFSET 3 ROWS;
SELECT id FROM bids OFFSET 3 ROWS;
SELECT id FROM bids LIMIT 3 OFFSET 2;
SELECT id, bt FROM bids ORDER BY bt;
SELECT id, bt FROM bids ORDER BY bt, id DESC;
SELECT id FROM bids ORDER BY bt;
SELECT id, bt FROM bids ORDER BY bt LIMIT 3;
SELECT id, bt FROM bids ORDER BY bt DESC LIMIT 3;
SELECT id, bt FROM (SELECT id, bt FROM bids ORDER BY amt) WHERE id > 3;
SELECT COUNT(*) AS c FROM (SELECT id, bt FROM bids ORDER BY bt);
SELECT id, bt FROM (SELECT id, bt, amt FROM bids ORDER BY amt LIMIT 5) ORDER BY id LIMIT 2;
SELECT id AS amt, amt AS q FROM bids ORDER BY amt LIMIT 2;
SELECT id AS x, amt FROM bids ORDER BY x + 1 DESC LIMIT 2;
SELECT id, amt FROM bids ORDER BY 2 DESC, 1 LIMIT 2;
SELECT id, amt FROM bids ORDER BY 3 LIMIT 2;
SELECT DISTINCT lot FROM bids ORDER BY lot LIMIT 2;
SELECT DISTINCT lot FROM bids ORDER BY amt LIMIT 2;
SELECT lot, COUNT(*) AS n FROM bids GROUP BY lot ORDER BY MAX(amt) DESC LIMIT 2;
SELECT lot FROM bids GROUP BY lot ORDER BY COUNT(*) DESC LIMIT 2;
SELECT COUNT(*) FROM bids GROUP BY lot LIMIT 2;
SELECT lot FROM bids UNION ALL SELECT bidder FROM bids ORDER BY lot LIMIT 3;
(SELECT lot FROM bids ORDER BY lot LIMIT 2) UNION ALL (SELECT bidder FROM bids ORDER BY bidder LIMIT 2);
SELECT id FROM bids LIMIT ALL;
SELECT id FROM bids ORDER BY amt LIMIT ALL;
SELECT id FROM bids ORDER BY 'a' LIMIT 2;
VALUES (1), (3), (2) ORDER BY 1 DESC LIMIT 2;
SELECT id, amt FROM bids ORDER BY amt NULLS FIRST LIMIT 2;
SELECT id, amt FROM bids ORDER BY amt NULLS LAST LIMIT 2;
SELECT id, amt FROM bids ORDER BY amt DESC NULLS FIRST LIMIT 2;
SELECT id FROM bids ORDER BY id FETCH FIRST 0 ROWS ONLY;
SELECT b.id FROM bids AS b ORDER BY b.amt DESC LIMIT 2;
SELECT id + 1 AS k FROM bids ORDER BY id DESC LIMIT 2;
SELECT lot, SUM(amt) AS s FROM bids GROUP BY lot LIMIT 2;
