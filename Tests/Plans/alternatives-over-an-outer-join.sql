-- The side that is kept without a partner is not filtered by the condition of the join.
CREATE TABLE a (id INT, x INT, p INT) WITH ('connector' = 'paper');
CREATE TABLE b (id INT, x INT, q INT) WITH ('connector' = 'paper');
SELECT a.id, b.id FROM a LEFT JOIN b ON (a.x = b.x AND a.p = 1 AND b.q = 2) OR (a.x = b.x AND a.p = 2 AND b.q > 7);
