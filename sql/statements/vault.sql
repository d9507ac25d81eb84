-- Secrets, keys, the log. Parameters of what other subsystems' verbs call too (loreProtect, loreReveal) bear names that no
-- argument has.

-- ---- the vault ----

-- :name vault_is_made         whether its tables are there
SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'vault_database';

-- :name vault_database_id
SELECT database_id FROM main.vault_database WHERE only = 1;

-- :name vault_database_insert
INSERT INTO main.vault_database(only, database_id, created_at) VALUES (1, :vault_database, :at);

-- :name vault_callers         what in the file's own schema names this call, and so might call it
SELECT type || ' ' || name FROM main.sqlite_schema
 WHERE instr(lower(sql), :vault_call) > 0 OR instr(lower(sql), 'lore_call') > 0 LIMIT 1;

-- :name vault_attached        the other files of this connection
-- :vtab
SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp');

-- :name vault_callers_template
SELECT type || ' ' || name FROM "%w".sqlite_schema
 WHERE instr(lower(sql), :vault_call) > 0 OR instr(lower(sql), 'lore_call') > 0 LIMIT 1;

-- ---- keys ----

-- :name vault_key_current
SELECT key_id, wrapped_key, kdf, salt, ops, memory_kib, check_value FROM main.vault_keys
 WHERE retired_at IS NULL ORDER BY generation DESC LIMIT 1;

-- :name vault_key_of
SELECT key_id, wrapped_key, kdf, salt, ops, memory_kib, check_value FROM main.vault_keys WHERE key_id = :vault_key;

-- :name vault_keys_live       newest first
SELECT key_id FROM main.vault_keys WHERE retired_at IS NULL ORDER BY generation DESC;

-- :name vault_generation
SELECT max(generation) FROM main.vault_keys;

-- :name vault_key_insert
INSERT INTO main.vault_keys(key_id, generation, wrapped_key, kdf, salt, ops, memory_kib, check_value, created_at)
VALUES (:vault_key, :vault_generation, :vault_wrapped, :vault_kdf, :vault_salt, :vault_ops, :vault_memory, :vault_check, :at);

-- :name vault_key_blank        first: what has the same length is written over the old bytes, which else stay in the page as free space
UPDATE main.vault_keys SET wrapped_key = zeroblob(length(wrapped_key)) WHERE key_id = :vault_key;

-- :name vault_key_rewrap
UPDATE main.vault_keys
   SET wrapped_key = :vault_wrapped, kdf = :vault_kdf, salt = :vault_salt, ops = :vault_ops, memory_kib = :vault_memory,
       check_value = :vault_check
 WHERE key_id = :vault_key;

-- :name vault_key_retire      one that no secret uses; what it has sealed opens no more
UPDATE main.vault_keys SET retired_at = :at, wrapped_key = NULL WHERE key_id = :vault_key;

-- :name vault_key_unused      a live key, but the newest
SELECT key_id FROM main.vault_keys AS k
 WHERE retired_at IS NULL AND generation < (SELECT max(generation) FROM main.vault_keys)
   AND NOT EXISTS (SELECT 1 FROM main.secrets AS s WHERE s.key_id = k.key_id) LIMIT 1;

-- :name vault_status_rows
SELECT (SELECT database_id FROM main.vault_database), :vault_is_open, key_id,
       CASE WHEN retired_at IS NOT NULL THEN 'retired'
            WHEN generation = (SELECT max(generation) FROM main.vault_keys) THEN 'current' ELSE 'rotating out' END,
       kdf, ops, memory_kib, (SELECT count(*) FROM main.secrets AS s WHERE s.key_id = k.key_id), created_at, retired_at
  FROM main.vault_keys AS k ORDER BY generation DESC;

-- ---- rotation ----

-- :name vault_old_secrets     what is sealed with a live key that is not the newest
SELECT count(*) FROM main.secrets
 WHERE key_id IN (SELECT key_id FROM main.vault_keys
                   WHERE retired_at IS NULL AND generation < (SELECT max(generation) FROM main.vault_keys));

-- :name vault_next_secret
SELECT secret_uuid, CASE WHEN fingerprint IS NULL THEN NULL ELSE detected_pattern END FROM main.secrets
 WHERE key_id IN (SELECT key_id FROM main.vault_keys
                   WHERE retired_at IS NULL AND generation < (SELECT max(generation) FROM main.vault_keys))
 LIMIT 1;

-- :name secret_reseal
UPDATE main.secrets SET ciphertext = :secret_ciphertext, key_id = :vault_key, fingerprint = :secret_fingerprint
 WHERE secret_uuid = :secret_uuid;

-- ---- secrets ----

-- :name secret_read
SELECT ciphertext, key_id, sensitivity, description, manual_only, auto_actions, context_hint FROM main.secrets
 WHERE secret_uuid = :secret_uuid;

-- :name secret_insert
INSERT INTO main.secrets(secret_uuid, ciphertext, key_id, description, sensitivity, detected_pattern, context_hint, fingerprint,
                         created_at, auto_actions, manual_only)
VALUES (:secret_uuid, :secret_ciphertext, :vault_key, :secret_description, :secret_sensitivity, :secret_pattern, :secret_context,
        :secret_fingerprint, :at, :secret_actions, :secret_manual);

-- :name secret_of_fingerprint
SELECT secret_uuid FROM main.secrets WHERE fingerprint = :secret_fingerprint;

-- :name secret_touch
UPDATE main.secrets SET last_accessed = :at, access_count = access_count + 1 WHERE secret_uuid = :secret_uuid;

-- :name secret_remove
DELETE FROM main.secrets WHERE secret_uuid = :secret_uuid;

-- ---- the log ----

-- :name secret_log
INSERT INTO main.secret_access_log(at, secret_uuid, access, accessor, purpose, outcome)
VALUES (:at, :secret_uuid, :secret_access, :secret_accessor, :secret_purpose, :secret_outcome);

-- :name secret_reveals        of the last minute, but no more than can matter; a clock that was ahead must not stop all for so long
SELECT count(*) FROM (SELECT 1 FROM main.secret_access_log WHERE access = 'reveal' AND at > :secret_since AND at <= :at
                       LIMIT :secret_most);

-- :name secret_json_valid
SELECT json_valid(:secret_text);

-- :name secret_exists
SELECT count(*) FROM main.secrets WHERE secret_uuid = :secret_uuid;

-- :name vault_info
SELECT 'vault.secrets', count(*) FROM main.secrets
UNION ALL
SELECT 'vault.secrets_waiting_for_rotation', count(*) FROM main.secrets
 WHERE key_id IN (SELECT key_id FROM main.vault_keys
                   WHERE retired_at IS NULL AND generation < (SELECT max(generation) FROM main.vault_keys))
UNION ALL
SELECT 'vault.denied', count(*) FROM main.secret_access_log WHERE access = 'denied';
