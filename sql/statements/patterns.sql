-- Patterns: what a workflow document says, rules of one's own.

-- ---- detection ----

-- :name pattern_document          what detection reads of a workflow: where cJSON can't, or has lost the text of a number
SELECT CASE WHEN json_type(:document, '$.nl_input') IN ('text', 'integer', 'real')
            THEN CAST(json_extract(:document, '$.nl_input') AS TEXT) END,
       CASE WHEN json_type(:document, '$.error_message') IN ('text', 'integer', 'real')
            THEN CAST(json_extract(:document, '$.error_message') AS TEXT) END,
       CASE WHEN json_type(:document, '$.workflow_template') IN ('text', 'integer', 'real')
            THEN CAST(json_extract(:document, '$.workflow_template') AS TEXT) END,
       CASE WHEN json_type(:document, '$.duration_seconds') IN ('text', 'integer', 'real')
            THEN CAST(json_extract(:document, '$.duration_seconds') AS TEXT) END,
       CASE WHEN json_type(:document, '$.error_count') IN ('text', 'integer', 'real')
            THEN CAST(json_extract(:document, '$.error_count') AS TEXT) END;

-- :name pattern_has_custom_rules  before the migration there are none; somebody else's table of that name has none
SELECT count(*) FROM main.sqlite_schema
 WHERE type = 'table' AND name = 'pattern_rules_custom' AND sql GLOB '*id*found_in*words*beside*category*tool*target*';

-- :name pattern_custom_rules
SELECT id, found_in, words, beside, category, tool, target FROM main.pattern_rules_custom ORDER BY id;
