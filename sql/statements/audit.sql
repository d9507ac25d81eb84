-- The log, its keys, its checkpoints, what was pruned. Parameters of what other verbs' events write are named audit_…, for theirs
-- may be named anything.

-- ---- appending ----

-- :name audit_head                and the id of the log; no row: it is empty
SELECT sequence_number, entry_hash, (SELECT id FROM main.audit_database) FROM main.audit_log ORDER BY sequence_number DESC LIMIT 1;

-- :name audit_database_id
SELECT id FROM main.audit_database;

-- :name audit_database_insert
INSERT INTO main.audit_database(one, id) VALUES (1, :audit_database);

-- :name audit_insert
INSERT INTO main.audit_log(sequence_number, event_id, event_timestamp, event_type, originator_id, target_id, event_payload,
       previous_hash, entry_hash)
VALUES (:audit_sequence, :audit_event, :at, :audit_type, :audit_originator, :audit_target, :audit_payload, :audit_previous, :audit_hash);

-- :name audit_differs             what of an entry differs from the call, '' for nothing; no row: the id is new
SELECT CASE WHEN event_type <> :event_type THEN 'event_type'
            WHEN originator_id <> :originator_id THEN 'originator_id'
            WHEN event_payload IS NOT nullif(:payload, '') THEN 'payload'
            WHEN target_id IS NOT nullif(:target_id, '') THEN 'target_id'
            WHEN event_timestamp <> :given_at THEN 'at'
            ELSE '' END
  FROM main.audit_log WHERE event_id = :event_id;

-- :name audit_sequence_of
SELECT sequence_number FROM main.audit_log WHERE event_id = :event_id;

-- ---- verifying: in this order ----

-- :name audit_key_rows
SELECT number, key_id, public_key, created_at, signed_by, signature FROM main.audit_keys ORDER BY number;

-- :name audit_prune_rows
SELECT sequence_number, first_number, head_hash, pruned_before, at, key_id, signature FROM main.audit_prunes ORDER BY sequence_number;

-- :name audit_entry_rows          from one on, up to another
SELECT sequence_number, event_id, event_timestamp, event_type, originator_id, target_id, event_payload, previous_hash, entry_hash
  FROM main.audit_log WHERE sequence_number > :audit_after AND sequence_number <= :audit_until ORDER BY sequence_number;

-- :name audit_checkpoint_rows
SELECT sequence_number, head_hash, entry_count, at, key_id, signature FROM main.audit_checkpoints
 WHERE sequence_number > :audit_after AND sequence_number <= :audit_until ORDER BY sequence_number, key_id;

-- ---- keys and signatures ----

-- :name audit_key_current
SELECT number, key_id FROM main.audit_keys ORDER BY number DESC LIMIT 1;

-- :name audit_key_exists
SELECT count(*) FROM main.audit_keys WHERE key_id = :key_id;

-- :name audit_key_insert
INSERT INTO main.audit_keys(number, key_id, public_key, created_at, signed_by, signature)
VALUES (:number, :key_id, :public_key, :at, :signed_by, :signature);

-- :name audit_key_retire
UPDATE main.audit_keys SET retired_at = :at WHERE key_id = :signed_by;

-- :name audit_checkpoint_exists
SELECT count(*) FROM main.audit_checkpoints WHERE sequence_number = :sequence AND key_id = :key_id;

-- :name audit_checkpoint_insert
INSERT INTO main.audit_checkpoints(sequence_number, head_hash, entry_count, at, key_id, signature)
VALUES (:sequence, :head_hash, :sequence, :at, :key_id, :signature);

-- :name audit_checkpoint_newest   number of the last entry that was signed
SELECT max(sequence_number) FROM main.audit_checkpoints;

-- :name audit_head_rows           with the newest signature that is over just this head
SELECT l.sequence_number, l.entry_hash, c.signature, c.key_id, k.public_key, c.at
  FROM (SELECT sequence_number, entry_hash FROM main.audit_log ORDER BY sequence_number DESC LIMIT 1) AS l
  LEFT JOIN main.audit_checkpoints AS c USING (sequence_number)
  LEFT JOIN main.audit_keys AS k USING (key_id)
 ORDER BY k.number DESC LIMIT 1;

-- ---- pruning ----

-- :name audit_first_since         the first entry that stays
SELECT sequence_number FROM main.audit_log WHERE event_timestamp >= :before ORDER BY sequence_number LIMIT 1;

-- :name audit_hash_of
SELECT entry_hash FROM main.audit_log WHERE sequence_number = :audit_number;

-- :name audit_pruned_to
SELECT max(sequence_number) FROM main.audit_prunes;

-- :name audit_prune_insert
INSERT INTO main.audit_prunes(sequence_number, first_number, head_hash, pruned_before, at, key_id, signature)
VALUES (:sequence, :first_number, :head_hash, :before, :at, :key_id, :signature);

-- :name audit_prune_next          that the old key has signed
SELECT sequence_number, first_number, head_hash, pruned_before, at, signature FROM main.audit_prunes
 WHERE key_id = :signed_by AND sequence_number > :audit_after ORDER BY sequence_number LIMIT 1;

-- :name audit_prune_sign
UPDATE main.audit_prunes SET key_id = :key_id, signature = :signature WHERE sequence_number = :audit_number;

-- :name audit_prune_delete
DELETE FROM main.audit_log WHERE sequence_number <= :sequence;

-- ---- the export ----

-- :name audit_export_lines        in the order in which it is verified: the log, keys, prunes, then entries with their checkpoints,
--                                 which SQLite merges without sorting them. The numbers of what comes before are shifted below 0
SELECT json_object('kind', 'log', 'format', 'lore audit 1', 'id', d.id, 'last', (SELECT max(sequence_number) FROM main.audit_log)) AS line,
       -9223372036854775808 AS place, '' AS then_by
  FROM (SELECT 1) LEFT JOIN main.audit_database AS d
UNION ALL
SELECT json_object('kind', 'key', 'number', number, 'key_id', key_id, 'public_key', public_key, 'created_at', created_at,
                   'signed_by', signed_by, 'signature', signature), number - 9223372036854775807, ''
  FROM main.audit_keys
UNION ALL
SELECT json_object('kind', 'prune', 'sequence_number', sequence_number, 'first_number', first_number, 'head_hash', head_hash,
                   'pruned_before', pruned_before, 'at', at, 'key_id', key_id, 'signature', signature),
       sequence_number - 4611686018427387904, ''
  FROM main.audit_prunes
UNION ALL
SELECT json_object('kind', 'entry', 'sequence_number', sequence_number, 'event_id', event_id, 'event_timestamp', event_timestamp,
                   'event_type', event_type, 'originator_id', originator_id, 'target_id', target_id, 'event_payload', event_payload,
                   'previous_hash', previous_hash, 'entry_hash', entry_hash), sequence_number, ''
  FROM main.audit_log
UNION ALL
SELECT json_object('kind', 'checkpoint', 'sequence_number', sequence_number, 'head_hash', head_hash, 'entry_count', entry_count,
                   'at', at, 'key_id', key_id, 'signature', signature), sequence_number, key_id
  FROM main.audit_checkpoints
 ORDER BY 2, 3;

-- ---- what lore_alerts looks at ----

-- :name audit_alert_unsigned      hours that the first entry after the last checkpoint has been there; what it says of its time is not
--                                 believed before the checkpoint. No row: all is signed
SELECT (strftime('%s', :at) - strftime('%s', max(event_timestamp, coalesce((SELECT at FROM main.audit_checkpoints
                                                                             ORDER BY sequence_number DESC LIMIT 1), ''))))/3600
  FROM main.audit_log WHERE sequence_number > coalesce((SELECT max(sequence_number) FROM main.audit_checkpoints), 0)
 ORDER BY sequence_number LIMIT 1;

-- ---- figures ----

-- :name audit_info
SELECT 'audit.head', max(sequence_number) FROM main.audit_log
UNION ALL SELECT 'audit.signed_to', max(sequence_number) FROM main.audit_checkpoints
UNION ALL SELECT 'audit.pruned_to', max(sequence_number) FROM main.audit_prunes;
