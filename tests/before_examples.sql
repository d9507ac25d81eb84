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

-- before metric_delete
SELECT metric_record('cpu', 1, '{"host": "a1"}', NULL, '2020-01-15')
SELECT metric_record('cpu', 2, '{"host": "a1"}', NULL, '2020-02-15')

-- before lore_maintain
SELECT metric_record('cpu', value, '{"host": "a1"}', NULL, '2020-01-15T00:0' || value || ':00Z') FROM json_each('[1, 2, 3]')
