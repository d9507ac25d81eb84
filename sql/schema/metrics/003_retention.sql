-- How long correlations are kept hangs on their retention_policy, so the oldest of each are found by it. Audit events are kept for
-- ever.

-- up
CREATE INDEX IF NOT EXISTS main.idx_correlations_retention ON correlations(retention_policy COLLATE NOCASE, timestamp)
 WHERE lower(correlation_type) IS NOT 'audit_event';

-- down
DROP INDEX main.idx_correlations_retention;
