-- catalogs, databases, DROP, TEMPORARY, USE
CREATE CATALOG c1 WITH ('type' = 'generic_in_memory');
CREATE CATALOG IF NOT EXISTS c1 WITH ('type' = 'generic_in_memory');
-- expect error
CREATE CATALOG c1 WITH ('type' = 'generic_in_memory');
CREATE CATALOG c2 COMMENT 'two' WITH ('type' = 'generic_in_memory', 'default-database' = 'dd');
-- expect error
CREATE CATALOG c3 WITH ('type' = 'nosuch');
-- expect error
CREATE CATALOG c3 WITH ('x' = 'y');
-- expect error
CREATE CATALOG c3;
-- expect error
CREATE CATALOG c3 WITH ('type' = 'generic_in_memory', 'nosuch' = 'x');
SHOW CATALOGS;
SHOW CREATE CATALOG c2;
DESCRIBE CATALOG c2;
DESCRIBE CATALOG EXTENDED c2;
ALTER CATALOG c2 SET ('default-database' = 'other');
ALTER CATALOG c2 COMMENT 'new';
DESCRIBE CATALOG EXTENDED c2;
SHOW CREATE CATALOG c2;
ALTER CATALOG c2 RESET ('default-database');
DESCRIBE CATALOG EXTENDED c2;
-- expect error
ALTER CATALOG c2 RESET ('type');
-- expect error
ALTER CATALOG c2 RESET ();
-- expect error
ALTER CATALOG nosuch SET ('a' = 'b');
USE CATALOG c2;
SHOW CURRENT CATALOG;
SHOW CURRENT DATABASE;
CREATE DATABASE d1;
USE d1;
CREATE TABLE t (a INT) WITH ('connector' = 'print');
SHOW TABLES;
SHOW TABLES FROM c2.d1;
USE CATALOG default_catalog;
SHOW TABLES FROM c2.d1;
CREATE TABLE c2.d1.u (a INT) WITH ('connector' = 'print');
INSERT INTO c2.d1.u VALUES (1);
-- expect error
DROP DATABASE c2.d1;
-- expect error
DROP DATABASE c2.d1 RESTRICT;
DROP DATABASE c2.d1 CASCADE;
-- expect error
DROP DATABASE c2.d1;
DROP DATABASE IF EXISTS c2.d1;
DROP DATABASE IF EXISTS c2.d1 RESTRICT;
-- expect error
DROP DATABASE default_database;
-- expect error
DROP CATALOG default_catalog;
DROP CATALOG c1;
-- expect error
DROP CATALOG c1;
DROP CATALOG IF EXISTS c1;
USE CATALOG c2;
-- expect error
DROP CATALOG c2;
USE CATALOG default_catalog;
DROP CATALOG c2;
SHOW CATALOGS;
-- expect error
CREATE TABLE nosuch.t (a INT) WITH ('connector' = 'print');
-- expect error
CREATE TABLE nosuch.d.t (a INT) WITH ('connector' = 'print');
-- expect error
CREATE TEMPORARY TABLE nosuch.t2 (a INT) WITH ('connector' = 'print');
CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.kind' = 'sequence', 'fields.a.start' = '1', 'fields.a.end' = '1');
CREATE TEMPORARY TABLE t (b INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.b.kind' = 'sequence', 'fields.b.start' = '7', 'fields.b.end' = '7');
SHOW TABLES;
DESCRIBE t;
SELECT * FROM t;
-- expect error
DROP TABLE t;
DROP TEMPORARY TABLE t;
DESCRIBE t;
-- expect error
DROP TEMPORARY TABLE t;
DROP TEMPORARY TABLE IF EXISTS t;
-- expect error
DROP VIEW t;
DROP VIEW IF EXISTS t;
CREATE VIEW v AS SELECT a FROM t;
-- expect error
DROP TABLE v;
DROP TABLE IF EXISTS v;
SHOW VIEWS;
CREATE TEMPORARY VIEW v AS SELECT a + 100 AS h FROM t;
SELECT * FROM v;
-- expect error
DROP VIEW v;
DROP TEMPORARY VIEW v;
SELECT * FROM v;
DROP VIEW v;
-- expect error
DROP VIEW v;
DROP VIEW IF EXISTS v;
DROP TABLE t;
DROP TABLE IF EXISTS t;
-- expect error
DROP TABLE t;
CREATE TEMPORARY VIEW IF NOT EXISTS v3 AS SELECT 1 AS a;
CREATE TEMPORARY VIEW IF NOT EXISTS v3 AS SELECT 2 AS a;
SELECT * FROM v3;
-- expect error
CREATE TEMPORARY VIEW v3 AS SELECT 3 AS a;
SHOW VIEWS;
ALTER VIEW v5 AS SELECT 9 AS nine;
SHOW CREATE VIEW v5;
SELECT * FROM v5;
-- expect error
ALTER VIEW nosuch RENAME TO x;
-- expect error
ALTER VIEW nosuch AS SELECT 1;
ALTER VIEW v3 RENAME TO v6;
ALTER VIEW v6 AS SELECT 8 AS eight;
SELECT * FROM v6;
-- expect error
ALTER VIEW v5 RENAME TO v6;
-- expect error
CREATE VIEW v7 AS INSERT INTO x SELECT 1;
CREATE TABLE tab (a INT) WITH ('connector' = 'print');
-- expect error
CREATE VIEW tab AS SELECT 1;
-- expect error
ALTER VIEW tab AS SELECT 1;
DROP FUNCTION IF EXISTS nosuch;
-- expect error
DROP FUNCTION nosuch;
DROP TEMPORARY FUNCTION IF EXISTS nosuch;
-- expect error
DROP TEMPORARY FUNCTION nosuch;
DROP TEMPORARY SYSTEM FUNCTION IF EXISTS nosuch;
-- expect error
DROP TEMPORARY SYSTEM FUNCTION nosuch;
