-- The filters of a statement set and of a union over one scan share one search; the texts are computed once.
CREATE TABLE requests (id INT, url STRING, agent STRING, username STRING, status INT) WITH ('connector' = 'paper');
CREATE TABLE a (id INT, url STRING) WITH ('connector' = 'append');
CREATE TABLE b (id INT) WITH ('connector' = 'append');
BEGIN STATEMENT SET;
INSERT INTO a SELECT id, url FROM requests WHERE LOWER(url) LIKE '%wp-admin%' AND status = 404;
INSERT INTO a SELECT id, url FROM requests WHERE status > 400;
INSERT INTO b SELECT id FROM requests WHERE username IN ('root', 'admin')
UNION ALL SELECT id FROM requests WHERE REGEXP(agent, '(?i)sqlmap|nikto') OR LOWER(url) LIKE '%passwd'
UNION ALL SELECT id FROM requests WHERE REGEXP_EXTRACT(agent, 'curl/([0-9]+)', 1) = '7'
UNION ALL SELECT id FROM requests WHERE CAST(username AS INT) = 1 AND url LIKE '%after what may fail%';
END;
