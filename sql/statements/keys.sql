-- Canonical keys: references out of documents, groups of keys that are one company.

-- :name keys_members              of a document, numbers as their exact text
-- :vtab
SELECT key, CASE WHEN type IN ('text', 'integer', 'real') THEN CAST(value AS TEXT) END FROM json_each(:document);

-- :name keys_resolve
SELECT root FROM main.key_groups WHERE alias = :k;

-- :name keys_pair_state           newest word about a pair, in either order: its action, and the pair as merged
SELECT action, a, b FROM main.key_log
 WHERE seq = (SELECT max(seq) FROM (SELECT max(seq) AS seq FROM main.key_log WHERE a = :a AND b = :b
                                    UNION ALL SELECT max(seq) FROM main.key_log WHERE a = :b AND b = :a));

-- :name keys_log
INSERT INTO main.key_log(at, action, a, b, reason, by) VALUES (:at, :action, :a, :b, :reason, :by);

-- :name keys_follow               the aliases of the root that becomes an alias itself
UPDATE main.key_groups SET root = :winner WHERE root = :loser;

-- :name keys_join
INSERT INTO main.key_groups(alias, root) VALUES (:loser, :winner);

-- :name keys_edges                merges that hold inside a group, in the order in which they were made
SELECT a, b FROM main.key_log AS l
 WHERE action = 'merge' AND a IN (SELECT :root UNION ALL SELECT alias FROM main.key_groups WHERE root = :root)
   AND seq > coalesce((SELECT max(seq) FROM main.key_log AS u WHERE u.a = l.a AND u.b = l.b AND u.action = 'unmerge'), 0)
 ORDER BY seq;

-- :name keys_dissolve
DELETE FROM main.key_groups WHERE root = :root;

-- ---- what lore_validate looks for ----

-- :name key_validate
SELECT 'error', 'key_groups', count(*) || ' keys lead to one that leads on, as ' || quote(min(alias)),
       'UPDATE main.key_groups SET root = (SELECT g.root FROM main.key_groups AS g WHERE g.alias = key_groups.root) '
       || 'WHERE root IN (SELECT alias FROM main.key_groups)'
  FROM main.key_groups WHERE root IN (SELECT alias FROM main.key_groups) GROUP BY NULL;
