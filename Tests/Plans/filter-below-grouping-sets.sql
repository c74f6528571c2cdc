CREATE TABLE a (k INT, g STRING, x INT) WITH ('connector' = 'paper');
SELECT k, g, total FROM (SELECT k, g, SUM(x) AS total FROM a GROUP BY k, GROUPING SETS ((g), ())) WHERE k > 7;
