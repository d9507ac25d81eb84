-- Patterns: what a workflow document says, rules of one's own, what a workflow contributes, what a pattern has seen.

-- ---- detection ----

-- :name pattern_document          what detection reads of a workflow: where cJSON can't, or has lost the text of a number
-- (an IN list of three would make an ephemeral table at each call)
SELECT CASE WHEN instr('text integer real', json_type(:document, '$.nl_input'))
            THEN CAST(json_extract(:document, '$.nl_input') AS TEXT) END,
       CASE WHEN instr('text integer real', json_type(:document, '$.error_message'))
            THEN CAST(json_extract(:document, '$.error_message') AS TEXT) END,
       CASE WHEN instr('text integer real', json_type(:document, '$.workflow_template'))
            THEN CAST(json_extract(:document, '$.workflow_template') AS TEXT) END,
       CASE WHEN instr('text integer real', json_type(:document, '$.duration_seconds'))
            THEN CAST(json_extract(:document, '$.duration_seconds') AS TEXT) END,
       CASE WHEN instr('text integer real', json_type(:document, '$.error_count'))
            THEN CAST(json_extract(:document, '$.error_count') AS TEXT) END;

-- :name pattern_has_custom_rules  before the migration there are none; somebody else's table of that name has none
SELECT count(*) FROM main.sqlite_schema
 WHERE type = 'table' AND name = 'pattern_rules_custom' AND sql GLOB '*id*found_in*words*beside*category*tool*target*';

-- :name pattern_custom_rules
SELECT id, found_in, words, beside, category, tool, target FROM main.pattern_rules_custom ORDER BY id;

-- ---- workflows ----

-- :name workflow_of_document      id, then the type and value of each metric; the last: is there an error message?
SELECT json_type(:document, '$.workflow_id'), json_extract(:document, '$.workflow_id'),
       json_type(:document, '$.total_tokens'), json_extract(:document, '$.total_tokens'),
       json_type(:document, '$.actual_cost_total'), json_extract(:document, '$.actual_cost_total'),
       json_type(:document, '$.duration_seconds'), json_extract(:document, '$.duration_seconds'),
       json_type(:document, '$.error_count'), json_extract(:document, '$.error_count'),
       json_type(:document, '$.retry_count'), json_extract(:document, '$.retry_count'),
       instr('text integer real', json_type(:document, '$.error_message')) AND json_extract(:document, '$.error_message') <> '';

-- :name workflow_of_row           the same of a stored workflow
SELECT typeof(workflow_id), workflow_id, typeof(total_tokens), total_tokens, typeof(actual_cost_total), actual_cost_total,
       typeof(duration_seconds), duration_seconds, typeof(error_count), error_count, typeof(retry_count), retry_count,
       error_message <> ''
  FROM main.workflow_history WHERE workflow_id = :workflow_id;

-- :name workflow_document         of a stored workflow: what detection reads, exact where it counts
SELECT json_object('nl_input', CAST(nl_input AS TEXT), 'workflow_template', CAST(workflow_template AS TEXT),
                   'error_message', CAST(error_message AS TEXT), 'duration_seconds', duration_seconds, 'error_count', error_count)
  FROM main.workflow_history WHERE workflow_id = :workflow_id;

-- :name workflow_text_problem     a member that must be text and is not
SELECT CASE WHEN instr('text integer real null', json_type(:document, '$.nl_input')) = 0 THEN 'nl_input'
            WHEN instr('text integer real null', json_type(:document, '$.workflow_template')) = 0 THEN 'workflow_template'
            WHEN instr('text integer real null', json_type(:document, '$.error_message')) = 0 THEN 'error_message' END;

-- :name workflow_created
SELECT json_extract(:document, '$.created_at');

-- :name workflow_differs          no row: unknown; what is left out does not differ
SELECT CASE
         WHEN NOT ((json_type(:document, '$.nl_input') IS NULL OR nl_input IS json_extract(:document, '$.nl_input'))
               AND (json_type(:document, '$.workflow_template') IS NULL OR workflow_template IS json_extract(:document, '$.workflow_template'))
               AND (json_type(:document, '$.error_message') IS NULL OR error_message IS json_extract(:document, '$.error_message'))
               AND (json_type(:document, '$.error_count') IS NULL OR error_count IS json_extract(:document, '$.error_count'))
               AND (json_type(:document, '$.duration_seconds') IS NULL OR duration_seconds IS json_extract(:document, '$.duration_seconds'))
               AND (json_type(:document, '$.retry_count') IS NULL OR retry_count IS json_extract(:document, '$.retry_count'))
               AND (json_type(:document, '$.total_tokens') IS NULL OR total_tokens IS json_extract(:document, '$.total_tokens'))
               AND (json_type(:document, '$.actual_cost_total') IS NULL OR actual_cost_total IS json_extract(:document, '$.actual_cost_total')))
         THEN 'learn'
         WHEN :created_at IS NOT NULL AND created_at IS NOT :created_at THEN 'date'
         ELSE 'same' END
  FROM main.workflow_history WHERE workflow_id = :workflow_id;

-- :name workflow_insert
INSERT INTO main.workflow_history(workflow_id, nl_input, workflow_template, error_message, error_count, duration_seconds,
                                  retry_count, total_tokens, actual_cost_total, created_at)
VALUES (:workflow_id, json_extract(:document, '$.nl_input'), json_extract(:document, '$.workflow_template'),
        json_extract(:document, '$.error_message'), json_extract(:document, '$.error_count'),
        json_extract(:document, '$.duration_seconds'), json_extract(:document, '$.retry_count'),
        json_extract(:document, '$.total_tokens'), json_extract(:document, '$.actual_cost_total'), coalesce(:created_at, :at));

-- :name workflow_update            what is left out stays; null clears
UPDATE main.workflow_history SET
  nl_input = CASE WHEN json_type(:document, '$.nl_input') IS NULL THEN nl_input ELSE json_extract(:document, '$.nl_input') END,
  workflow_template = CASE WHEN json_type(:document, '$.workflow_template') IS NULL THEN workflow_template
                           ELSE json_extract(:document, '$.workflow_template') END,
  error_message = CASE WHEN json_type(:document, '$.error_message') IS NULL THEN error_message
                       ELSE json_extract(:document, '$.error_message') END,
  error_count = CASE WHEN json_type(:document, '$.error_count') IS NULL THEN error_count ELSE json_extract(:document, '$.error_count') END,
  duration_seconds = CASE WHEN json_type(:document, '$.duration_seconds') IS NULL THEN duration_seconds
                          ELSE json_extract(:document, '$.duration_seconds') END,
  retry_count = CASE WHEN json_type(:document, '$.retry_count') IS NULL THEN retry_count ELSE json_extract(:document, '$.retry_count') END,
  total_tokens = CASE WHEN json_type(:document, '$.total_tokens') IS NULL THEN total_tokens
                      ELSE json_extract(:document, '$.total_tokens') END,
  actual_cost_total = CASE WHEN json_type(:document, '$.actual_cost_total') IS NULL THEN actual_cost_total
                           ELSE json_extract(:document, '$.actual_cost_total') END,
  created_at = coalesce(:created_at, created_at),
  learned_at = CASE WHEN :relearn THEN NULL ELSE learned_at END
 WHERE workflow_id = :workflow_id;

-- :name workflow_learned
UPDATE main.workflow_history SET learned_at = :at WHERE workflow_id = :workflow_id;

-- :name workflow_pending_ids       the oldest, from a place in their order on
SELECT workflow_id, coalesce(created_at, '') FROM main.workflow_history
 WHERE learned_at IS NULL AND (coalesce(created_at, ''), workflow_id) > (:after_time, :after_id)
 ORDER BY coalesce(created_at, ''), workflow_id LIMIT :page;

-- :name workflow_elements         of a JSON array: each object, NULL for anything else, and what it calls itself
-- :vtab
SELECT CASE WHEN type = 'object' THEN value END, CASE WHEN type = 'object' THEN json_extract(value, '$.workflow_id') END
  FROM json_each(:workflows);

-- ---- patterns and their occurrences ----

-- :name pattern_by_signature      the order of columns is that of readPattern
SELECT id, occurrence_count, tokens_sum, cost_nano_sum, duration_count, duration_ms_sum, duration_squares_e18,
       duration_squares_rest, error_count, error_sum, retry_count, retry_sum, brought_count, brought_tokens, brought_cost_nano
  FROM main.operation_patterns WHERE pattern_signature = :signature;

-- :name pattern_by_id
SELECT id, occurrence_count, tokens_sum, cost_nano_sum, duration_count, duration_ms_sum, duration_squares_e18,
       duration_squares_rest, error_count, error_sum, retry_count, retry_sum, brought_count, brought_tokens, brought_cost_nano
  FROM main.operation_patterns WHERE id = :pattern_id;

-- :name pattern_next
SELECT min(id) FROM main.operation_patterns WHERE id > :pattern_id AND id <> 0;

-- :name pattern_id_of
SELECT id FROM main.operation_patterns WHERE pattern_signature = :signature;

-- :name pattern_exists
SELECT id FROM main.operation_patterns WHERE id = :pattern_id;

-- :name pattern_insert            its statistics follow
INSERT INTO main.operation_patterns(pattern_signature, pattern_type, occurrence_count, typical_input_pattern, automation_status,
                                    created_at, first_seen, last_seen)
VALUES (:signature, substr(:signature, 1, instr(:signature || ':', ':') - 1), 0, :characteristics, 'detected', :at, :at, :at);

-- :name pattern_update            what follows from its sums, unless the row says so already
UPDATE main.operation_patterns SET
  occurrence_count = :count, avg_tokens_with_llm = :avg_tokens, avg_cost_with_llm = :avg_cost, avg_tokens_with_tool = :tool_tokens,
  avg_cost_with_tool = :tool_cost, confidence_score = :confidence, potential_monthly_savings = :savings,
  first_seen = CASE WHEN :seen IS NULL THEN first_seen ELSE min(coalesce(first_seen, :seen), :seen) END,
  last_seen = CASE WHEN :seen IS NULL THEN last_seen ELSE max(coalesce(last_seen, :seen), :seen) END,
  tokens_sum = :tokens_sum, cost_nano_sum = :cost_nano_sum, duration_count = :duration_count, duration_ms_sum = :duration_ms_sum,
  duration_squares_e18 = :squares_high, duration_squares_rest = :squares_rest, error_count = :error_rows, error_sum = :error_sum,
  retry_count = :retry_rows, retry_sum = :retry_sum
 WHERE id = :pattern_id
   AND (occurrence_count, avg_tokens_with_llm, avg_cost_with_llm, avg_tokens_with_tool, avg_cost_with_tool, confidence_score,
        potential_monthly_savings, tokens_sum, cost_nano_sum, duration_count, duration_ms_sum, duration_squares_e18,
        duration_squares_rest, error_count, error_sum, retry_count, retry_sum)
    IS NOT (:count, :avg_tokens, :avg_cost, :tool_tokens, :tool_cost, :confidence, :savings, :tokens_sum, :cost_nano_sum,
            :duration_count, :duration_ms_sum, :squares_high, :squares_rest, :error_rows, :error_sum, :retry_rows, :retry_sum);

-- :name pattern_averages          of a pattern that other software may have made, as integers
SELECT CASE WHEN typeof(avg_tokens_with_llm) IN ('integer', 'real') AND avg_tokens_with_llm BETWEEN 0 AND :most_tokens
            THEN CAST(round(avg_tokens_with_llm) AS INTEGER) ELSE 0 END,
       CASE WHEN typeof(avg_cost_with_llm) IN ('integer', 'real') AND avg_cost_with_llm BETWEEN 0 AND :most_cost
            THEN CAST(round(avg_cost_with_llm * 1e9) AS INTEGER) ELSE 0 END
  FROM main.operation_patterns WHERE id = :pattern_id;

-- :name pattern_bring             what it has counted and no occurrence explains
UPDATE main.operation_patterns SET
  brought_count = :brought_count, brought_tokens = :brought_tokens, brought_cost_nano = :brought_cost_nano,
  first_seen = coalesce(first_seen, (SELECT min(detected_at) FROM main.pattern_occurrences WHERE pattern_id = :pattern_id), created_at)
 WHERE id = :pattern_id;

-- :name occurrence_insert         no row when it is there
INSERT INTO main.pattern_occurrences(pattern_id, workflow_id, similarity_score, matched_characteristics, detected_at,
                                     tokens, cost_nano, duration_ms, error_count, retry_count)
VALUES (:pattern_id, :workflow_id, 100.0, :characteristics, :at, :tokens, :cost_nano, :duration_ms, :errors, :retries)
ON CONFLICT DO NOTHING;

-- :name occurrence_undo           the row that a failing record has just made
DELETE FROM main.pattern_occurrences WHERE pattern_id = :pattern_id AND workflow_id = :workflow_id;

-- :name occurrence_find
SELECT tokens, cost_nano, duration_ms, error_count, retry_count, matched_characteristics IS :characteristics
  FROM main.pattern_occurrences WHERE pattern_id = :pattern_id AND workflow_id = :workflow_id;

-- :name occurrence_update
UPDATE main.pattern_occurrences SET
  matched_characteristics = :characteristics, tokens = :tokens, cost_nano = :cost_nano, duration_ms = :duration_ms,
  error_count = :errors, retry_count = :retries
 WHERE pattern_id = :pattern_id AND workflow_id = :workflow_id;

-- :name occurrence_metrics
SELECT tokens, cost_nano, duration_ms, error_count, retry_count FROM main.pattern_occurrences WHERE pattern_id = :pattern_id;

-- :name occurrences_contribute    those of other software: the metrics of their workflow, else the averages
UPDATE main.pattern_occurrences SET (tokens, cost_nano, duration_ms, error_count, retry_count) = (
  SELECT CASE WHEN w.workflow_id IS NOT NULL AND w.total_tokens IS NULL THEN 0
              WHEN typeof(w.total_tokens) IN ('integer', 'real') AND w.total_tokens BETWEEN 0 AND :most_tokens
              THEN CAST(round(w.total_tokens) AS INTEGER) ELSE :average_tokens END,
         CASE WHEN w.workflow_id IS NOT NULL AND w.actual_cost_total IS NULL THEN 0
              WHEN typeof(w.actual_cost_total) IN ('integer', 'real') AND w.actual_cost_total BETWEEN 0 AND :most_cost
              THEN CAST(round(w.actual_cost_total * 1e9) AS INTEGER) ELSE :average_cost_nano END,
         CASE WHEN typeof(w.duration_seconds) IN ('integer', 'real') AND abs(w.duration_seconds) <= :most_seconds
              THEN CAST(round(w.duration_seconds * 1000.0) AS INTEGER) END,
         CASE WHEN typeof(w.error_count) IN ('integer', 'real') AND w.error_count BETWEEN 0 AND :most_count
              THEN CAST(w.error_count AS INTEGER) WHEN w.workflow_id IS NOT NULL THEN coalesce(w.error_message <> '', 0) END,
         CASE WHEN typeof(w.retry_count) IN ('integer', 'real') AND w.retry_count BETWEEN 0 AND :most_count
              THEN CAST(w.retry_count AS INTEGER) END
    FROM (SELECT 1) LEFT JOIN main.workflow_history AS w ON w.workflow_id = pattern_occurrences.workflow_id)
 WHERE pattern_id = :pattern_id AND tokens IS NULL;

-- ---- readers ----

-- :name pattern_row
SELECT id, pattern_signature, pattern_type, occurrence_count, confidence_score, automation_status, avg_tokens_with_llm,
       avg_cost_with_llm, avg_tokens_with_tool, avg_cost_with_tool, potential_monthly_savings, typical_input_pattern,
       created_at, first_seen, last_seen
  FROM main.operation_patterns WHERE id = :pattern_id;

-- :name pattern_ranked            what automating saves most, first
SELECT id, pattern_signature, occurrence_count, confidence_score, automation_status, avg_tokens_with_llm, avg_cost_with_llm,
       potential_monthly_savings, last_seen
  FROM main.operation_patterns
 WHERE :automation_status IS NULL OR automation_status = :automation_status
 ORDER BY potential_monthly_savings DESC, confidence_score DESC, id LIMIT :max_rows;

-- :name pattern_occurrence_rows   newest first
SELECT id, pattern_id, workflow_id, similarity_score, matched_characteristics, detected_at, tokens, cost_nano / 1e9,
       duration_ms / 1000.0, error_count, retry_count
  FROM main.pattern_occurrences WHERE pattern_id = :pattern_id ORDER BY detected_at DESC, id DESC LIMIT :max_rows;

-- :name pattern_observed          and since when: the workflows' own dates where they are known
SELECT id, pattern_signature, occurrence_count, avg_cost_with_llm - avg_cost_with_tool, potential_monthly_savings,
       min(coalesce(created_at, first_seen, shown), coalesce(first_seen, shown, created_at), coalesce(shown, created_at, first_seen))
  FROM (SELECT p.*, (SELECT min(coalesce(w.created_at, o.detected_at))
                       FROM main.pattern_occurrences AS o LEFT JOIN main.workflow_history AS w ON w.workflow_id = o.workflow_id
                      WHERE o.pattern_id = p.id) AS shown
          FROM main.operation_patterns AS p WHERE p.id BETWEEN :first AND :last)
 ORDER BY id;

-- :name pattern_info
SELECT 'patterns', count(*) FROM main.operation_patterns
UNION ALL SELECT 'pattern_occurrences', count(*) FROM main.pattern_occurrences
UNION ALL SELECT 'workflows_pending', count(*) FROM main.workflow_history WHERE learned_at IS NULL;

-- ---- what lore_validate looks for ----

-- :name pattern_validate
SELECT 'error', 'pattern_occurrences', count(*) || ' rows are of a pattern that is not there, as ' || min(id),
       'DELETE FROM main.pattern_occurrences WHERE NOT EXISTS (SELECT 1 FROM main.operation_patterns AS p WHERE p.id = pattern_id)'
  FROM main.pattern_occurrences WHERE NOT EXISTS (SELECT 1 FROM main.operation_patterns AS p WHERE p.id = pattern_id) GROUP BY NULL
UNION ALL
SELECT 'error', 'operation_patterns', count(*) || ' rows count other occurrences than there are, as ' || quote(min(pattern_signature)),
       'SELECT pattern_recompute()'
  FROM main.operation_patterns AS p
 WHERE tokens_sum IS NOT NULL
   AND occurrence_count <> brought_count + (SELECT count(*) FROM main.pattern_occurrences WHERE pattern_id = p.id AND tokens IS NOT NULL)
 GROUP BY NULL;
