-- What an example of lore_help needs besides the examples before it: statements, one a line, run just before it.

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

-- What a connection of its own needs before an example of a subsystem.

-- connect vault
SELECT vault_open('a long enough phrase') FROM main.vault_keys WHERE kdf = 'argon2id' AND retired_at IS NULL LIMIT 1
SELECT vault_open('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f') FROM main.vault_keys WHERE kdf = 'raw' AND retired_at IS NULL LIMIT 1
