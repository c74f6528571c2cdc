CREATE TABLE a (k INT, x INT) WITH ('connector' = 'paper');
CREATE TABLE b (k INT, y INT) WITH ('connector' = 'paper');
SELECT a.k, y FROM a LEFT JOIN b ON a.k = b.k WHERE b.y > 3 AND a.x < 5;
