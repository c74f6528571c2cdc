-- Chains of inner joins whose conditions connect tables in another order than they are written in
CREATE TABLE s1 (id INT, k STRING, v INT, ts TIMESTAMP(3)) WITH ('connector'='filesystem', 'path'='${DIR}/../data/moves_2.csv', 'format'='csv');
CREATE TABLE s2 (id INT, k STRING, v INT, ts TIMESTAMP(3)) WITH ('connector'='filesystem', 'path'='${DIR}/../data/moves.csv', 'format'='csv');
SELECT a.id, b.v, c.k FROM s1 a, s2 b, s1 c WHERE a.id = c.id AND b.k = c.k AND a.v > 4;
SELECT a.id, a.k, b.id, b.k, c.v, d.v FROM s1 a, s2 b, s1 c, s2 d WHERE a.id = d.id AND b.k = c.k AND UPPER(c.k) = UPPER(d.k) AND a.v < b.v;
SELECT * FROM s1 a CROSS JOIN s2 b JOIN s1 c ON a.id = c.id AND b.v = c.v;
SELECT COUNT(*), SUM(a.v + b.v + c.v) FROM s1 a, s2 b, s1 c WHERE a.id = c.id AND b.k IS NOT DISTINCT FROM c.k;
SELECT a.id, n, b.v FROM s1 a, s2 b, (SELECT id, k, COUNT(*) AS n FROM s1 GROUP BY id, k) c WHERE a.id = c.id AND b.k = c.k AND a.v + b.v > 30;
SELECT a.id, b.id, c.id FROM s1 a, s2 b, s1 c WHERE a.id = 6 AND b.id = 7 AND c.id = 5;
SELECT a.id, b.v, c.k FROM s1 a, s2 b LEFT JOIN s1 c ON b.k = c.k WHERE a.id = c.id;
SELECT a.id, b.v FROM s1 a, s2 b, s1 c WHERE a.id = c.id AND b.k = c.k AND a.id + b.id = c.v;
SELECT a.id, (SELECT MAX(v) FROM s2), c.k FROM s1 a, s2 b, s1 c WHERE a.id = c.id AND b.id = c.id AND a.k IN (SELECT k FROM s2);
SET 'table.optimizer.join-reorder-enabled' = 'true';
SELECT a.id, b.v, n FROM s1 a JOIN s2 b ON a.k = b.k JOIN (SELECT id, COUNT(*) AS n FROM s1 GROUP BY id) c ON a.id = c.id;
SELECT a.id, b.v, c.k FROM s1 a, s2 b, s1 c WHERE a.id = c.id AND b.k = c.k AND a.v > 4;
