-- What an example of lore_help needs besides the examples before it: statements, one a line, run just before it.
-- What each connection needs comes first.

-- on each connection
SELECT tenant_use('acme')

-- before work_complete
SELECT task_add('Done at once', 90, NULL, NULL, NULL, NULL, NULL, NULL, 'done')
SELECT work_claim('task', 'worker-1', 1, 300, 'request done')

-- before work_fail
SELECT task_add('Fails at times', 91, NULL, NULL, NULL, NULL, NULL, NULL, 'flaky')
SELECT work_claim('task', 'worker-1', 1, 300, 'request flaky')

-- before work_release
SELECT task_add('For another worker', 92, NULL, NULL, NULL, NULL, NULL, NULL, 'other')
SELECT work_claim('task', 'worker-1', 1, 300, 'request other')

-- before thought_reject
SELECT work_claim('thought', 'worker-1', 1, 300, 'request readers')
SELECT thought_add('report', 'Is it blue?', NULL, NULL, NULL, 'odd')
SELECT work_claim('thought', 'worker-1', 1, 300, 'request odd')

-- before thought_ponder
SELECT thought_add('report', 'What do readers need?', NULL, NULL, NULL, 'deep')
SELECT work_claim('thought', 'worker-1', 1, 300, 'request deep')

-- before work_sweep
SELECT work_claim('task', 'worker-1', 1, 1, 'request left')

-- before metric_delete
SELECT metric_record('cpu', 1, '{"host": "a1"}', NULL, '2020-01-15')
SELECT metric_record('cpu', 2, '{"host": "a1"}', NULL, '2020-02-15')

-- before lore_maintain
SELECT metric_record('cpu', value, '{"host": "a1"}', NULL, '2020-01-15T00:0' || value || ':00Z') FROM json_each('[1, 2, 3]')

-- before authority_revoke
UPDATE main.authorities SET challenge = 'challenge'
INSERT OR IGNORE INTO main.authorities(id, role, public_key, challenge, added_at) VALUES ('watcher', 'observer', '8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394', 'x', '2026-01-01T00:00:00.000Z')

-- before graph_approve
INSERT INTO main.graph_approvals(verb, arguments, requested_at, expires_at, nonce, payload_hash) VALUES ('graph_put_node', '{"id":"agent/ann","scope":"identity","type":"agent","attributes":{"name": "Ann"}}', '2026-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z', 'nonce', '6f606e4dbe2b448aba5f17e91e3923256a8c7229d89af586eabee299160e85f9')

-- before action_reject
SELECT action_propose('discuss_pricing', 'account-1', 'clone-1', 'they asked', '{"price": 90}', NULL, NULL, 'action-2')

-- What a connection of its own needs before an example of a subsystem.

-- connect vault
SELECT vault_open('a long enough phrase') FROM main.vault_keys WHERE kdf = 'argon2id' AND retired_at IS NULL LIMIT 1
SELECT vault_open('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f') FROM main.vault_keys WHERE kdf = 'raw' AND retired_at IS NULL LIMIT 1
