-- graph.sql: which package needs which, as a memory graph in the scope environment: what others can know about this machine too.
-- Runs after workflows.sql, in the same shell.
--
-- A node a package, an edge a dependency. Of alternatives (`gpgv | gpgv2`) the one counts that is there, else the first. What a
-- package needs and is not in the list (the sample has only some packages; many a name is virtual) becomes a node that is not
-- installed. What a package no longer needs ends; so as_of can still ask for it.

CREATE TEMP TABLE needs AS
  WITH clause(package, place, text) AS (
    SELECT p.name, c.key, c.value
      FROM package AS p, json_each('["' || replace(replace(p.depends, '"', ''), ', ', '","') || '"]') AS c WHERE p.depends <> ''),
  choice(package, place, number, needed) AS (
    SELECT c.package, c.place, a.key, replace(substr(a.value || ' ', 1, instr(a.value || ' ', ' ') - 1), ':any', '')
      FROM clause AS c, json_each('["' || replace(c.text, ' | ', '","') || '"]') AS a),
  ranked AS (
    SELECT *, row_number() OVER (PARTITION BY package, place
                                 ORDER BY NOT EXISTS (SELECT 1 FROM package WHERE name = needed), number) AS rank FROM choice)
  SELECT DISTINCT 'package/' || package AS package, 'package/' || needed AS needed FROM ranked WHERE rank = 1 AND needed <> '';

INSERT INTO graph_put_node(id, scope, type, attributes, by)
SELECT 'package/' || name, 'environment', 'concept', json_object('installed', 1, 'version', max(version), 'section', max(section)), 'the demo'
  FROM package GROUP BY name
UNION ALL
SELECT DISTINCT needed, 'environment', 'concept', json_object('installed', 0), 'the demo'
  FROM needs WHERE substr(needed, 9) NOT IN (SELECT name FROM package);

INSERT INTO graph_put_edge(source, target, scope, relationship, by)
SELECT package, needed, 'environment', 'depends', 'the demo' FROM needs;

INSERT INTO graph_end_edge(source, target, scope, relationship)
WITH gone AS MATERIALIZED (
  SELECT source, target FROM graph_edges
   WHERE scope = 'environment' AND relationship = 'depends' AND valid_to IS NULL AND superseded_at IS NULL
  EXCEPT SELECT package, needed FROM needs)
SELECT source, target, 'environment', 'depends' FROM gone;

.print
.print '19. What does apt pull in? (graph_walk; by how many steps it is away)'
SELECT depth AS steps, count(*) AS packages,
       substr(group_concat(substr(node, 9), ' '), 1, 56) || substr('…', 1, length(group_concat(substr(node, 9), ' ')) > 56) AS "which"
  FROM graph_walk('package/apt', 'environment', 100) WHERE depth > 0 GROUP BY depth;

-- The two packages that are farthest from each other, of those ten that need most directly.
CREATE TEMP TABLE far AS
  WITH most AS MATERIALIZED (
    SELECT package FROM needs GROUP BY package ORDER BY count(*) DESC, package LIMIT 10)
  SELECT most.package AS source, w.node AS target, max(w.depth) AS steps
    FROM most JOIN graph_walk(most.package, 'environment', 100) AS w;
.print
.mode list
.headers off
SELECT '20. Why is ' || substr(target, 9) || ' needed for ' || substr(source, 9) || '? (graph_path, ' || steps || ' steps)' FROM far;
.mode box
.headers on
SELECT p.step, substr(p.node, 9) AS package, json_extract(n.attributes, '$.section') AS section,
       CASE json_extract(n.attributes, '$.installed') WHEN 0 THEN 'not in the list' ELSE json_extract(n.attributes, '$.version') END AS version
  FROM far JOIN graph_path(far.source, far.target, 'environment') AS p
  JOIN graph_nodes AS n ON n.id = p.node AND n.scope = 'environment' ORDER BY p.step;

.print
.print '21. What would break without libc6? (graph_walk backwards)'
SELECT CASE depth WHEN 1 THEN 'needs it directly' ELSE 'needs it by ' || depth || ' steps' END AS "how", count(*) AS packages,
       substr(group_concat(substr(node, 9), ' '), 1, 58) || substr('…', 1, length(group_concat(substr(node, 9), ' ')) > 58) AS "which"
  FROM graph_walk('package/libc6', 'environment', 100, 'in') WHERE depth > 0 GROUP BY depth;

.print
.print '22. Which packages are central? (graph_rank: needed by many, or by what many need)'
SELECT substr(r.node, 9) AS package, printf('%.4f', r.rank) AS rank,
       (SELECT count(*) FROM needs WHERE needed = r.node) AS "directly needed by",
       (SELECT count(*) - 1 FROM graph_walk(r.node, 'environment', 100, 'in')) AS "in all by"
  FROM (SELECT * FROM graph_rank('environment') ORDER BY rank DESC LIMIT 8) AS r;
