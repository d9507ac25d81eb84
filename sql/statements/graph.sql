-- Nodes, facts, what walks over them read, requests for identity, configurations.

-- ---- what a walk reads: the edges of one node (?1), in an order that depends on nothing else ----

-- :name graph_node_exists
SELECT 1 FROM main.graph_nodes WHERE id = :node AND (:scope IS NULL OR scope = :scope) LIMIT 1;

-- :name graph_edges_out
SELECT target, edge_id, weight FROM main.graph_edges
 WHERE source = ?1 AND valid_to IS NULL AND superseded_at IS NULL
   AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY scope, relationship, target;

-- :name graph_edges_out_of_scope
SELECT target, edge_id, weight FROM main.graph_edges
 WHERE source = ?1 AND scope = :scope AND valid_to IS NULL AND superseded_at IS NULL
   AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY relationship, target;

-- :name graph_edges_in
SELECT source, edge_id, weight FROM main.graph_edges
 WHERE target = ?1 AND valid_to IS NULL AND superseded_at IS NULL
   AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY scope, relationship, source;

-- :name graph_edges_in_of_scope
SELECT source, edge_id, weight FROM main.graph_edges
 WHERE target = ?1 AND scope = :scope AND valid_to IS NULL AND superseded_at IS NULL
   AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY relationship, source;

-- :name graph_edges_out_at
SELECT target, edge_id, weight, scope, relationship FROM main.graph_edges
 WHERE source = ?1 AND valid_to IS NULL AND superseded_at IS NULL AND valid_from <= :as_of
   AND (:scope IS NULL OR scope = :scope) AND (:relationship IS NULL OR relationship = :relationship)
UNION ALL
SELECT target, edge_id, weight, scope, relationship FROM main.graph_edges
 WHERE source = ?1 AND valid_to > :as_of AND superseded_at IS NULL AND valid_from <= :as_of
   AND (:scope IS NULL OR scope = :scope) AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY 4, 5, 1, 2;

-- :name graph_edges_in_at
SELECT source, edge_id, weight, scope, relationship FROM main.graph_edges
 WHERE target = ?1 AND valid_to IS NULL AND superseded_at IS NULL AND valid_from <= :as_of
   AND (:scope IS NULL OR scope = :scope) AND (:relationship IS NULL OR relationship = :relationship)
UNION ALL
SELECT source, edge_id, weight, scope, relationship FROM main.graph_edges
 WHERE target = ?1 AND valid_to > :as_of AND superseded_at IS NULL AND valid_from <= :as_of
   AND (:scope IS NULL OR scope = :scope) AND (:relationship IS NULL OR relationship = :relationship)
 ORDER BY 4, 5, 1, 2;

-- ---- the graph as a whole ----

-- :name graph_all_nodes
SELECT DISTINCT id FROM main.graph_nodes
 WHERE (:scope IS NULL OR scope = :scope) ORDER BY id;

-- :name graph_all_edges           in an order that does not depend on when they were stored
SELECT source, target, weight, edge_id FROM main.graph_edges
 WHERE valid_to IS NULL AND superseded_at IS NULL AND (:scope IS NULL OR scope = :scope)
 ORDER BY source, scope, relationship, target;

-- :name graph_all_edges_at
SELECT source, target, weight, edge_id FROM main.graph_edges
 WHERE superseded_at IS NULL AND valid_from <= :as_of AND (valid_to IS NULL OR valid_to > :as_of)
   AND (:scope IS NULL OR scope = :scope)
 ORDER BY source, scope, relationship, target;

-- :name graph_diff_rows           facts as they were at both moments, by their four words; NULL: from the beginning, until now
WITH held AS MATERIALIZED (
  SELECT *, valid_from <= coalesce(:since, '') AND (valid_to IS NULL OR valid_to > coalesce(:since, '')) AS before,
         valid_from <= coalesce(:until, '9999-12-31T23:59:59.999Z')
           AND (valid_to IS NULL OR valid_to > coalesce(:until, '9999-12-31T23:59:59.999Z')) AS after
    FROM main.graph_edges WHERE superseded_at IS NULL AND (:scope IS NULL OR scope = :scope)),
was AS MATERIALIZED (SELECT * FROM held WHERE before AND NOT after),
is_now AS MATERIALIZED (SELECT * FROM held WHERE after AND NOT before)
SELECT 'added', n.valid_from, n.source, n.target, n.relationship, n.scope, n.weight, NULL, n.attributes, NULL, 1
  FROM is_now AS n LEFT JOIN was AS w USING (source, target, relationship, scope) WHERE w.edge_id IS NULL
UNION ALL
SELECT 'ended', w.valid_to, w.source, w.target, w.relationship, w.scope, NULL, w.weight, NULL, w.attributes, 2
  FROM was AS w LEFT JOIN is_now AS n USING (source, target, relationship, scope) WHERE n.edge_id IS NULL
UNION ALL
SELECT 'changed', n.valid_from, n.source, n.target, n.relationship, n.scope, n.weight, w.weight, n.attributes, w.attributes, 3
  FROM is_now AS n JOIN was AS w USING (source, target, relationship, scope)
 WHERE n.weight <> w.weight OR n.attributes <> w.attributes
 ORDER BY 2, 3, 4, 5, 6, 11;

-- ---- nodes ----

-- :name graph_node_read           and whether its version is one, for a table that others write may hold anything
SELECT coalesce(type, ''), coalesce(attributes, '{}'), version,
       typeof(version) = 'integer' AND version BETWEEN 0 AND 4611686018427387903
  FROM main.graph_nodes WHERE id = :node AND scope = :node_scope;

-- :name graph_node_newest         version of its history: whoever else writes nodes may begin anew at 1
SELECT max(version) FROM main.graph_history WHERE id = :node AND scope = :node_scope;

-- :name graph_node_insert
INSERT INTO main.graph_nodes(id, type, scope, attributes, version, created_by, created_at, updated_by, updated_at, reason)
VALUES (:node, :node_type, :node_scope, :node_attributes, :next_version, :writer, :at, :writer, :at, :why);

-- :name graph_node_keep           the version that is about to be replaced
INSERT INTO main.graph_history(id, scope, version, type, attributes, written_by, reason, written_at, replaced_at)
SELECT id, scope, :next_version - 1, coalesce(type, ''), CAST(coalesce(attributes, '{}') AS TEXT),
       CAST(updated_by AS TEXT), CAST(reason AS TEXT), CAST(updated_at AS TEXT), :at
  FROM main.graph_nodes WHERE id = :node AND scope = :node_scope;

-- :name graph_node_update
UPDATE main.graph_nodes
   SET type = :node_type, attributes = :node_attributes, version = :next_version, updated_by = :writer, updated_at = :at, reason = :why
 WHERE id = :node AND scope = :node_scope;

-- :name graph_node_delete
DELETE FROM main.graph_nodes WHERE id = :node AND scope = :node_scope;

-- :name graph_node_history_delete
DELETE FROM main.graph_history WHERE id = :node AND scope = :node_scope;

-- :name graph_node_history_count
SELECT count(*) FROM main.graph_history WHERE id = :node AND scope = :node_scope;

-- :name graph_node_edges          whatever leads from or to a node, also what is past
SELECT edge_id FROM main.graph_edges WHERE source = :node AND scope = :node_scope AND valid_to IS NULL AND superseded_at IS NULL
UNION
SELECT edge_id FROM main.graph_edges WHERE target = :node AND scope = :node_scope AND valid_to IS NULL AND superseded_at IS NULL
UNION
SELECT edge_id FROM main.graph_edges
 WHERE source = :node AND scope = :node_scope AND (valid_to IS NOT NULL OR superseded_at IS NOT NULL)
UNION
SELECT edge_id FROM main.graph_edges
 WHERE target = :node AND scope = :node_scope AND (valid_to IS NOT NULL OR superseded_at IS NOT NULL);

-- :name graph_edge_delete
DELETE FROM main.graph_edges WHERE edge_id = :edge;

-- :name graph_nodes_all
SELECT id, scope, type, attributes, version, created_by, created_at, updated_by, updated_at FROM main.graph_nodes
 WHERE (:scope IS NULL OR scope = :scope) ORDER BY id, scope;

-- :name graph_nodes_of_type
SELECT id, scope, type, attributes, version, created_by, created_at, updated_by, updated_at FROM main.graph_nodes
 WHERE type IN (:type, lower(:type)) AND (:scope IS NULL OR scope = :scope) ORDER BY id, scope;

-- :name graph_nodes_value_template   lore_index makes an index on just this expression
SELECT id, scope, type, attributes, version, created_by, created_at, updated_by, updated_at FROM main.graph_nodes
 WHERE json_extract("%w", %Q) = :value
   AND (:type IS NULL OR type IN (:type, lower(:type))) AND (:scope IS NULL OR scope = :scope) ORDER BY id, scope;

-- :name graph_nodes_path_template
SELECT id, scope, type, attributes, version, created_by, created_at, updated_by, updated_at FROM main.graph_nodes
 WHERE json_extract("%w", %Q) IS NOT NULL
   AND (:type IS NULL OR type IN (:type, lower(:type))) AND (:scope IS NULL OR scope = :scope) ORDER BY id, scope;

-- :name graph_path_indexed
SELECT count(*) FROM main.sqlite_schema WHERE type = 'index' AND name = :index_name;

-- :name graph_node_recall
SELECT id, scope, type, attributes, version, created_by, created_at, updated_by, updated_at FROM main.graph_nodes
 WHERE id = :id AND (:scope IS NULL OR scope = :scope) ORDER BY scope;

-- ---- facts ----

-- :name graph_fact_current
SELECT edge_id, weight, attributes, valid_from, created_at, created_by FROM main.graph_edges
 WHERE source = :source AND target = :target AND relationship = :relationship AND scope = :scope
   AND valid_to IS NULL AND superseded_at IS NULL;

-- :name graph_fact_ended          the end of its last earlier form
SELECT max(valid_to) FROM main.graph_edges
 WHERE source = :source AND scope = :scope AND relationship = :relationship AND target = :target
   AND valid_to IS NOT NULL AND superseded_at IS NULL;

-- :name graph_fact_insert
INSERT INTO main.graph_edges(source, target, scope, relationship, weight, attributes, created_by, recorded_by, created_at, valid_from,
       recorded_at)
VALUES (:source, :target, :scope, :relationship, :fact_weight, :fact_attributes, :writer, :by, :first_at, :from, :at);

-- :name graph_fact_end
UPDATE main.graph_edges SET valid_to = :until WHERE edge_id = :edge;

-- :name graph_fact_supersede
UPDATE main.graph_edges SET superseded_at = :at WHERE edge_id = :edge;

-- ---- graph_forget: the scope identity is touched by an approval only. lore_index('graph_nodes', '$.provenance') helps ----

-- :name graph_forget_edges        of nodes that came from the source, and such themselves
WITH doomed(id, scope) AS MATERIALIZED (
  SELECT id, scope FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event AND (scope <> 'identity' OR :with_identity))
SELECT e.edge_id FROM doomed AS d CROSS JOIN main.graph_edges AS e
 WHERE e.source = d.id AND e.scope = d.scope AND e.valid_to IS NULL AND e.superseded_at IS NULL
UNION
SELECT e.edge_id FROM doomed AS d CROSS JOIN main.graph_edges AS e
 WHERE e.target = d.id AND e.scope = d.scope AND e.valid_to IS NULL AND e.superseded_at IS NULL
UNION
SELECT e.edge_id FROM doomed AS d CROSS JOIN main.graph_edges AS e
 WHERE e.source = d.id AND e.scope = d.scope AND (e.valid_to IS NOT NULL OR e.superseded_at IS NOT NULL)
UNION
SELECT e.edge_id FROM doomed AS d CROSS JOIN main.graph_edges AS e
 WHERE e.target = d.id AND e.scope = d.scope AND (e.valid_to IS NOT NULL OR e.superseded_at IS NOT NULL)
UNION
SELECT edge_id FROM main.graph_edges WHERE json_extract(attributes, '$.provenance') = :source_event AND (scope <> 'identity' OR :with_identity);

-- :name graph_forget_history_count   before the nodes go
SELECT count(*) FROM main.graph_history
 WHERE (scope <> 'identity' OR :with_identity)
   AND (json_extract(attributes, '$.provenance') = :source_event
        OR (id, scope) IN (SELECT id, scope FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event));

-- :name graph_forget_history
DELETE FROM main.graph_history
 WHERE (scope <> 'identity' OR :with_identity)
   AND (json_extract(attributes, '$.provenance') = :source_event
        OR (id, scope) IN (SELECT id, scope FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event));

-- :name graph_forget_nodes_count
SELECT count(*) FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event AND (scope <> 'identity' OR :with_identity);

-- :name graph_forget_nodes
DELETE FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event AND (scope <> 'identity' OR :with_identity);

-- :name graph_forget_requests_count   what was asked for and never came to be
SELECT count(*) FROM main.graph_approvals
 WHERE :source_event IN (json_extract(arguments, '$.attributes.provenance'), json_extract(arguments, '$.patch.provenance'))
   AND status <> 'approved';

-- :name graph_forget_requests
DELETE FROM main.graph_approvals
 WHERE :source_event IN (json_extract(arguments, '$.attributes.provenance'), json_extract(arguments, '$.patch.provenance'))
   AND status <> 'approved';

-- :name graph_forget_identity     whether the scope identity has anything of it, which needs an approval
SELECT EXISTS (SELECT 1 FROM main.graph_nodes WHERE json_extract("attributes", '$.provenance') = :source_event AND scope = 'identity')
    OR EXISTS (SELECT 1 FROM main.graph_edges WHERE json_extract(attributes, '$.provenance') = :source_event AND scope = 'identity')
    OR EXISTS (SELECT 1 FROM main.graph_history WHERE json_extract(attributes, '$.provenance') = :source_event AND scope = 'identity');

-- ---- requests ----

-- :name graph_request_find        one that can still be approved
SELECT request FROM main.graph_approvals
 WHERE verb = :verb AND arguments = :arguments AND status = 'pending' AND payload_hash IS NOT NULL AND expires_at > :at;

-- :name graph_request_close       what is pending, but can't be approved any more, makes room for the same request
UPDATE main.graph_approvals SET status = 'rejected', decided_at = :at, reason = 'expired'
 WHERE verb = :verb AND arguments = :arguments AND status = 'pending';

-- :name graph_request_insert
INSERT INTO main.graph_approvals(verb, arguments, requested_at, nonce, expires_at, payload_hash)
VALUES (:verb, :arguments, :at, :nonce, :expires, :payload_hash);

-- :name graph_request_status
SELECT status FROM main.graph_approvals WHERE request = :request;

-- :name graph_request_read
SELECT status, verb, arguments, requested_at, expires_at, nonce, payload_hash, request FROM main.graph_approvals
 WHERE request = :request;

-- :name graph_request_list
SELECT status, verb, arguments, requested_at, expires_at, nonce, payload_hash, request FROM main.graph_approvals
 WHERE status = 'pending' ORDER BY request;

-- :name graph_request_reject
UPDATE main.graph_approvals SET status = 'rejected', decided_by = :by, decided_at = :at, reason = :reason
 WHERE request = :request AND status = 'pending';

-- :name graph_request_approve
UPDATE main.graph_approvals SET status = 'approved', decided_by = :authority, decided_at = :at, signature = :signature_hex
 WHERE request = :request AND status = 'pending';

-- ---- authorities ----

-- :name authority_count
SELECT count(*) FROM main.authorities;

-- :name authority_read
SELECT id, role, public_key, challenge, revoked_at FROM main.authorities WHERE id = :authority;

-- :name authority_of_key
SELECT id FROM main.authorities WHERE public_key = :key_hex;

-- :name authority_all
SELECT id, role, public_key, challenge, revoked_at FROM main.authorities ORDER BY id;

-- :name authority_insert
INSERT INTO main.authorities(id, role, public_key, challenge, added_by, added_at)
VALUES (:id, :role, :key_hex, :challenge, :by, :at);

-- :name authority_other_roots     that could still sign
SELECT count(*) FROM main.authorities WHERE role = 'root' AND revoked_at IS NULL AND id <> :id;

-- :name authority_revoke_row
UPDATE main.authorities SET revoked_at = :at, revoked_by = :by WHERE id = :id AND revoked_at IS NULL;

-- ---- configurations ----

-- :name config_history_rows
SELECT version, attributes, reason, updated_by, updated_at, 1 FROM main.graph_nodes WHERE id = :node AND scope = :node_scope
UNION ALL
SELECT version, attributes, reason, written_by, written_at, 0 FROM main.graph_history WHERE id = :node AND scope = :node_scope
 ORDER BY 1 DESC;

-- :name config_of_version
SELECT attributes FROM main.graph_history WHERE id = :node AND scope = :node_scope AND version = :version;

-- :name config_value              of a path, and whether it is JSON
SELECT json_extract(:document, :path), coalesce(json_type(:document, :path) IN ('object', 'array'), 0);

-- ---- figures ----

-- :name graph_info
SELECT 'graph.requests_pending', count(*) FROM main.graph_approvals WHERE status = 'pending';

-- ---- what lore_validate looks for ----

-- :name graph_validate
SELECT 'error', 'graph_edges', count(*) || ' current facts are there more than once, as ' || quote(min(source)) || ' '
       || quote(min(relationship)) || ' ' || quote(min(target)),
       'UPDATE main.graph_edges SET superseded_at = recorded_at WHERE valid_to IS NULL AND superseded_at IS NULL AND EXISTS '
       || '(SELECT 1 FROM main.graph_edges AS n WHERE (n.source, n.target, n.relationship, n.scope) = '
       || '(graph_edges.source, graph_edges.target, graph_edges.relationship, graph_edges.scope) AND n.valid_to IS NULL '
       || 'AND n.superseded_at IS NULL AND n.edge_id > graph_edges.edge_id)'
  FROM (SELECT source, relationship, target FROM main.graph_edges WHERE valid_to IS NULL AND superseded_at IS NULL
         GROUP BY source, target, relationship, scope HAVING count(*) > 1) GROUP BY NULL
UNION ALL
SELECT 'error', 'graph_edges', count(*) || ' current facts lead from or to a node that is not there, as ' || min(edge_id),
       'DELETE FROM main.graph_edges WHERE valid_to IS NULL AND superseded_at IS NULL AND (NOT EXISTS (SELECT 1 FROM main.graph_nodes '
       || 'WHERE id = source AND scope = graph_edges.scope) OR NOT EXISTS (SELECT 1 FROM main.graph_nodes WHERE id = target '
       || 'AND scope = graph_edges.scope))'
  FROM main.graph_edges AS e
 WHERE valid_to IS NULL AND superseded_at IS NULL
   AND (NOT EXISTS (SELECT 1 FROM main.graph_nodes WHERE id = e.source AND scope = e.scope)
        OR NOT EXISTS (SELECT 1 FROM main.graph_nodes WHERE id = e.target AND scope = e.scope)) GROUP BY NULL
UNION ALL
SELECT 'error', 'graph_nodes', count(*) || ' rows have a version that is in the history, as ' || quote(min(id)),
       'UPDATE main.graph_nodes SET version = 1 + (SELECT max(version) FROM main.graph_history AS h WHERE h.id = graph_nodes.id '
       || 'AND h.scope = graph_nodes.scope) WHERE EXISTS (SELECT 1 FROM main.graph_history AS h WHERE h.id = graph_nodes.id '
       || 'AND h.scope = graph_nodes.scope AND h.version >= graph_nodes.version)'
  FROM main.graph_nodes AS n
 WHERE EXISTS (SELECT 1 FROM main.graph_history AS h WHERE h.id = n.id AND h.scope = n.scope AND h.version >= n.version) GROUP BY NULL
UNION ALL
SELECT 'warning', 'graph_nodes', count(*) || ' rows have attributes that are no JSON object, as ' || quote(min(id)), NULL
  FROM main.graph_nodes
 WHERE CASE WHEN json_valid(attributes) THEN json_type(attributes) <> 'object' ELSE 1 END GROUP BY NULL;
