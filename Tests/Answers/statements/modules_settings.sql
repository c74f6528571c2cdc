-- modules, SET and RESET, and what has no effect
SHOW MODULES;
USE MODULES core;
-- expect error
USE MODULES nosuch;
-- expect error
USE MODULES core, core;
-- expect error
LOAD MODULE core;
-- expect error
LOAD MODULE nosuch;
-- expect error
LOAD MODULE hive WITH ('hive-version' = '3.1.3');
UNLOAD MODULE core;
SHOW MODULES;
SHOW FULL MODULES;
-- expect error
SELECT ABS(-1);
LOAD MODULE core;
SHOW MODULES;
SELECT ABS(-1);
-- expect error
UNLOAD MODULE nosuch;
USE MODULES core;
SHOW FULL MODULES;
SET 'table.exec.state.ttl' = '1 h';
SET 'table.exec.mini-batch.enabled' = 'false';
-- expect error
SET 'table.exec.state.ttl' = 'x';
SET 'sql-client.execution.result-mode' = 'tableau';
-- expect error
ADD JAR '/nosuch.jar';
-- expect error
REMOVE JAR '/nosuch.jar';
SHOW JARS;
CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'print');
ANALYZE TABLE t COMPUTE STATISTICS;
ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS;
ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS a;
-- expect error
TRUNCATE TABLE t;
-- expect error
DELETE FROM t;
-- expect error
UPDATE t SET a = 1;
-- expect error
CALL sys.nosuch();
-- expect error
STOP JOB 'x';
