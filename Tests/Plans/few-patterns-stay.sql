-- One after the other is as fast for so few; so is one of many rows.
CREATE TABLE requests (id INT, url STRING, agent STRING) WITH ('connector' = 'paper');
SELECT id FROM requests WHERE url LIKE '%admin%'
UNION ALL SELECT id FROM requests WHERE url LIKE '%login%' OR agent LIKE '%curl%'
UNION ALL SELECT id FROM requests WHERE url NOT LIKE '%one%' AND url NOT LIKE '%two%' AND url NOT LIKE '%three%';
