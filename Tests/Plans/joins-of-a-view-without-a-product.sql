-- The order goes through a view that selects columns: c comes between the tables of the view, which have no key.
CREATE TABLE a (id INT, x INT) WITH ('connector' = 'paper');
CREATE TABLE b (id INT, y INT) WITH ('connector' = 'paper');
CREATE TABLE c (x INT, y INT) WITH ('connector' = 'paper');
CREATE VIEW pairs AS SELECT b.y AS other, a.x AS own, a.id AS id FROM a, b;
SELECT p.id, p.other FROM pairs AS p JOIN c ON p.own = c.x AND p.other = c.y;
