-- CURRENT_WATERMARK in SELECT, WHERE, aggregates and windows; what it refuses
CREATE TABLE bids (id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), bt TIMESTAMP(3), lt AS CAST(bt AS TIMESTAMP_LTZ(3)), WATERMARK FOR bt AS bt - INTERVAL '1' SECOND)
WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
CREATE TABLE lbids (id INT, bidder STRING, lot STRING, amt DECIMAL(10,2), b TIMESTAMP(3), bt AS CAST(b AS TIMESTAMP_LTZ(3)), WATERMARK FOR bt AS bt)
WITH ('connector'='filesystem', 'path'='${DIR}/../data/bids.csv', 'format'='csv', 'csv.null-literal'='');
SELECT id, CURRENT_WATERMARK(bt) AS wm FROM lbids;
SELECT id FROM bids WHERE bt > CURRENT_WATERMARK(bt);
SELECT id FROM bids WHERE CURRENT_WATERMARK(bt) IS NULL OR bt > CURRENT_WATERMARK(bt);
SELECT CURRENT_WATERMARK(id) FROM bids;
SELECT CURRENT_WATERMARK(lt) FROM bids;
SELECT CURRENT_WATERMARK() FROM bids;
SELECT window_end, MAX(CURRENT_WATERMARK(bt)) AS w, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bt), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
SELECT id, w FROM (SELECT id, CURRENT_WATERMARK(bt) AS w, lot FROM bids) WHERE lot = 'lamp';
SELECT lot, COUNT(*) AS n FROM bids WHERE bt > CURRENT_WATERMARK(bt) GROUP BY lot;
SELECT lot, MAX(CURRENT_WATERMARK(bt)) AS m FROM bids GROUP BY lot;
SELECT * FROM bids WHERE bt > CURRENT_WATERMARK(bt);
