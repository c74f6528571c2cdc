-- decimals in JSON, with an exponent and plain
CREATE TABLE plain (id INT, d DECIMAL(20,8), e DECIMAL(38,4)) WITH ('connector'='filesystem','path'='${DIR}/../sink/plain_decimals','format'='json','json.encode.decimal-as-plain-number'='true');
INSERT INTO plain VALUES (1, 1.5, 100), (2, 0.00000001, 0), (3, -12.34, -0.5), (4, 0, CAST('123456789012345.1' AS DECIMAL(38,4))), (5, CAST(NULL AS DECIMAL(20,8)), 1000);
CREATE TABLE plain_lines (l STRING) WITH ('connector'='filesystem','path'='${DIR}/../sink/plain_decimals','format'='raw');
SELECT * FROM plain_lines;
CREATE TABLE short (id INT, d DECIMAL(20,8), e DECIMAL(38,4)) WITH ('connector'='filesystem','path'='${DIR}/../sink/short_decimals','format'='json');
INSERT INTO short VALUES (1, 1.5, 100), (2, 0.00000001, 0), (3, -12.34, -0.5), (4, 0, CAST('123456789012345.1' AS DECIMAL(38,4))), (5, CAST(NULL AS DECIMAL(20,8)), 1000);
CREATE TABLE short_lines (l STRING) WITH ('connector'='filesystem','path'='${DIR}/../sink/short_decimals','format'='raw');
SELECT * FROM short_lines;
