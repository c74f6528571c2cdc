-- Many patterns over the same rows, each in a query of its own: Hyperscan looks for all of them in one pass
CREATE TABLE requests (id INT, url STRING, agent STRING, username STRING, status INT) WITH ('connector'='filesystem', 'path'='${DIR}/../data/requests.jsonl', 'format'='json');
SELECT 0 AS rule, id FROM requests WHERE url LIKE '%wp-admin%'
UNION ALL SELECT 1 AS rule, id FROM requests WHERE LOWER(url) LIKE '/wp-admin%'
UNION ALL SELECT 2 AS rule, id FROM requests WHERE agent LIKE 'curl%' AND status >= 200
UNION ALL SELECT 3 AS rule, id FROM requests WHERE url SIMILAR TO '%(passwd|shadow)%'
UNION ALL SELECT 4 AS rule, id FROM requests WHERE REGEXP(url, '/cgi-bin/[a-z]+\.cgi$')
UNION ALL SELECT 5 AS rule, id FROM requests WHERE REGEXP(agent, '(?i)sqlmap|nikto|masscan')
UNION ALL SELECT 6 AS rule, id FROM requests WHERE username IN ('root', 'admin', 'svc_backup')
UNION ALL SELECT 7 AS rule, id FROM requests WHERE username = 'root' AND url LIKE '%login%'
UNION ALL SELECT 8 AS rule, id FROM requests WHERE POSITION('users' IN url) > 0
UNION ALL SELECT 9 AS rule, id FROM requests WHERE REGEXP_EXTRACT(url, 'users/([0-9]+)', 1) IS NOT NULL
UNION ALL SELECT 10 AS rule, id FROM requests WHERE REGEXP_EXTRACT(url, 'users/([0-9]+)', 1) = '42'
UNION ALL SELECT 11 AS rule, id FROM requests WHERE STARTSWITH(url, '/api/') AND NOT REGEXP(agent, 'curl')
UNION ALL SELECT 12 AS rule, id FROM requests WHERE ENDSWITH(url, '.php')
UNION ALL SELECT 13 AS rule, id FROM requests WHERE url NOT LIKE '%html%' AND agent LIKE '%Mozilla%'
UNION ALL SELECT 14 AS rule, id FROM requests WHERE REGEXP(url, 'café') OR agent LIKE '%😀%'
UNION ALL SELECT 15 AS rule, id FROM requests WHERE REGEXP(url, '(?i)search/kelvin')
UNION ALL SELECT 16 AS rule, id FROM requests WHERE url LIKE '%_passwd' OR (username = 'ann' AND status = 404)
UNION ALL SELECT 17 AS rule, id FROM requests WHERE agent SIMILAR TO '[A-Z]+'
UNION ALL SELECT 18 AS rule, id FROM requests WHERE LOWER(agent) IN ('masscan', 'nikto/2.5') AND url IS NOT NULL
UNION ALL SELECT 19 AS rule, id FROM requests WHERE (url LIKE '%etc%' OR url LIKE '%cgi-bin%') AND username IS NULL
UNION ALL SELECT 20 AS rule, id FROM requests WHERE status = 500
UNION ALL SELECT 21 AS rule, id FROM requests WHERE (CASE WHEN url LIKE '%wp-admin%' THEN agent ELSE username END) LIKE '%map%';
SELECT rule, COUNT(*) AS n, SUM(id) AS ids FROM (
SELECT 0 AS rule, id FROM requests WHERE url LIKE '%wp-admin%'
UNION ALL SELECT 1 AS rule, id FROM requests WHERE LOWER(url) LIKE '/wp-admin%'
UNION ALL SELECT 2 AS rule, id FROM requests WHERE agent LIKE 'curl%' AND status >= 200
UNION ALL SELECT 3 AS rule, id FROM requests WHERE url SIMILAR TO '%(passwd|shadow)%'
UNION ALL SELECT 4 AS rule, id FROM requests WHERE REGEXP(url, '/cgi-bin/[a-z]+\.cgi$')
UNION ALL SELECT 5 AS rule, id FROM requests WHERE REGEXP(agent, '(?i)sqlmap|nikto|masscan')
UNION ALL SELECT 6 AS rule, id FROM requests WHERE username IN ('root', 'admin', 'svc_backup')
UNION ALL SELECT 7 AS rule, id FROM requests WHERE username = 'root' AND url LIKE '%login%'
UNION ALL SELECT 8 AS rule, id FROM requests WHERE POSITION('users' IN url) > 0
UNION ALL SELECT 9 AS rule, id FROM requests WHERE REGEXP_EXTRACT(url, 'users/([0-9]+)', 1) IS NOT NULL
UNION ALL SELECT 10 AS rule, id FROM requests WHERE REGEXP_EXTRACT(url, 'users/([0-9]+)', 1) = '42'
UNION ALL SELECT 11 AS rule, id FROM requests WHERE STARTSWITH(url, '/api/') AND NOT REGEXP(agent, 'curl')
UNION ALL SELECT 12 AS rule, id FROM requests WHERE ENDSWITH(url, '.php')
UNION ALL SELECT 13 AS rule, id FROM requests WHERE url NOT LIKE '%html%' AND agent LIKE '%Mozilla%'
UNION ALL SELECT 14 AS rule, id FROM requests WHERE REGEXP(url, 'café') OR agent LIKE '%😀%'
UNION ALL SELECT 15 AS rule, id FROM requests WHERE REGEXP(url, '(?i)search/kelvin')
UNION ALL SELECT 16 AS rule, id FROM requests WHERE url LIKE '%_passwd' OR (username = 'ann' AND status = 404)
UNION ALL SELECT 17 AS rule, id FROM requests WHERE agent SIMILAR TO '[A-Z]+'
UNION ALL SELECT 18 AS rule, id FROM requests WHERE LOWER(agent) IN ('masscan', 'nikto/2.5') AND url IS NOT NULL
UNION ALL SELECT 19 AS rule, id FROM requests WHERE (url LIKE '%etc%' OR url LIKE '%cgi-bin%') AND username IS NULL
UNION ALL SELECT 20 AS rule, id FROM requests WHERE status = 500
UNION ALL SELECT 21 AS rule, id FROM requests WHERE (CASE WHEN url LIKE '%wp-admin%' THEN agent ELSE username END) LIKE '%map%'
) GROUP BY rule;
SELECT id FROM requests WHERE url LIKE '%passwd%' OR url LIKE '%cgi%' OR agent LIKE '%sqlmap%' OR REGEXP(agent, 'Nik.o') OR username = 'root' OR url SIMILAR TO '/wp_admin%' OR url LIKE '%users%';
