-- A correlated aggregate: its condition becomes a key of the aggregate and of the join.
CREATE TABLE c (cid INT, cname STRING) WITH ('connector' = 'paper');
CREATE TABLE p (pid INT, cid INT, qty INT) WITH ('connector' = 'paper');
SELECT c.cname, t.n, t.q FROM c, LATERAL (SELECT COUNT(*) AS n, SUM(p.qty) AS q FROM p WHERE p.cid = c.cid AND p.qty > 1) t;
