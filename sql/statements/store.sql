-- A signal store's JSON document, row by row, for lore_import. A row that is there already (its natural key) is left, or merged.

-- :name store_signal_add          with its own id where that is free
INSERT INTO main.signals(id, signal_type, source_api, canonical_key, company_name, confidence, raw_data, detected_at, created_at)
VALUES ((SELECT :id WHERE NOT EXISTS (SELECT 1 FROM main.signals WHERE id = :id)), :signal_type, :source_api, :canonical_key,
        :company_name, :confidence, :raw_data, :detected_at, coalesce(:created_at, :detected_at))
ON CONFLICT (canonical_key, signal_type, source_api, detected_at) DO NOTHING;

-- :name store_signal_merge
UPDATE main.signals SET company_name = :company_name, confidence = :confidence, raw_data = :raw_data,
       created_at = coalesce(:created_at, created_at)
 WHERE canonical_key = :canonical_key AND signal_type = :signal_type AND source_api = :source_api AND detected_at = :detected_at
   AND (company_name, confidence, raw_data, created_at) IS NOT (:company_name, :confidence, :raw_data, coalesce(:created_at, created_at));

-- :name store_signal_id           of the signal that has just been added or was there
SELECT id FROM main.signals
 WHERE canonical_key = :canonical_key AND signal_type = :signal_type AND source_api = :source_api AND detected_at = :detected_at;

-- :name store_processing_add
INSERT INTO main.signal_processing(id, signal_id, status, notion_page_id, processed_at, error_message, metadata, created_at, updated_at)
SELECT (SELECT :id WHERE NOT EXISTS (SELECT 1 FROM main.signal_processing WHERE id = :id)), :signal_id, lower(:status), :notion_page_id,
       :processed_at, :error_message, :metadata, coalesce(:created_at, :at), coalesce(:updated_at, :created_at, :at)
 WHERE NOT EXISTS (SELECT 1 FROM main.signal_processing WHERE signal_id = :signal_id);

-- :name store_processing_merge
UPDATE main.signal_processing SET status = lower(:status), notion_page_id = :notion_page_id, processed_at = :processed_at,
       error_message = :error_message, metadata = :metadata, created_at = coalesce(:created_at, created_at),
       updated_at = coalesce(:updated_at, updated_at)
 WHERE signal_id = :signal_id
   AND (status, notion_page_id, processed_at, error_message, metadata)
       IS NOT (lower(:status), :notion_page_id, :processed_at, :error_message, :metadata);

-- :name store_suppression_add
INSERT INTO main.suppression_cache(id, canonical_key, notion_page_id, status, company_name, cached_at, expires_at, metadata)
VALUES ((SELECT :id WHERE NOT EXISTS (SELECT 1 FROM main.suppression_cache WHERE id = :id)), :canonical_key, :notion_page_id, :status,
        :company_name, :cached_at, :expires_at, :metadata)
ON CONFLICT (canonical_key) DO NOTHING;

-- :name store_suppression_merge
UPDATE main.suppression_cache SET notion_page_id = :notion_page_id, status = :status, company_name = :company_name,
       cached_at = :cached_at, expires_at = :expires_at, metadata = :metadata
 WHERE canonical_key = :canonical_key
   AND (notion_page_id, status, company_name, cached_at, expires_at, metadata)
       IS NOT (:notion_page_id, :status, :company_name, :cached_at, :expires_at, :metadata);

-- :name store_processing_empty
DELETE FROM main.signal_processing;

-- :name store_signals_empty
DELETE FROM main.signals;

-- :name store_suppression_empty
DELETE FROM main.suppression_cache;
