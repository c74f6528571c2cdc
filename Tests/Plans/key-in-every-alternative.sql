-- What all alternatives have in common is a key of the join; what they say of one side filters it.
CREATE TABLE a (id INT, x INT, p INT) WITH ('connector' = 'paper');
CREATE TABLE b (id INT, x INT, q INT) WITH ('connector' = 'paper');
SELECT a.id, b.id FROM a, b WHERE (a.x = b.x AND a.p = 1 AND b.q = 2) OR (b.x = a.x AND a.p = 2 AND b.q > 7);
