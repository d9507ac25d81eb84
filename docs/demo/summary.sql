-- summary.sql: the whole run in a few lines, and the page report.html. Runs last, in the same shell.

.print
.mode list
.headers off
SELECT line FROM summary;
SELECT CASE json_extract(result, '$.processed') WHEN 0 THEN 'Nothing to learn: ' ELSE '' END || json_extract(result, '$.processed')
       || ' workflows learned from, ' || (SELECT count(*) FROM operation_patterns) || ' patterns known.' FROM learned;
WITH outcome(place, name) AS (
  VALUES (1, 'new'), (2, 'ongoing'), (3, 'escalated'), (4, 'reactivated'), (5, 'cleared')),
counted AS (
  SELECT machine, name, json_array_length(c.result, '$.' || name) AS signals
    FROM run JOIN look ON look.at = run.at JOIN signal_cycles AS c USING (cycle_id) JOIN outcome ORDER BY machine, place)
SELECT 'Packages of ' || CASE machine WHEN 'package' THEN 'this machine: ' ELSE 'the sample: ' END
       || group_concat(signals || ' ' || name, ', ') || '.' FROM counted GROUP BY machine;

-- The page shows the goals of the tenant that the connection uses.
UPDATE team SET name = tenant_use('security');
CREATE TEMP TABLE page AS SELECT writefile('report.html', report_html('today')) AS bytes;
