-- Which operations repeat: rules of one's own for finding them.

-- up
CREATE TABLE main.pattern_rules_custom (
  id       INTEGER PRIMARY KEY,
  found_in TEXT NOT NULL DEFAULT 'request' CHECK (found_in IN ('request', 'error', 'template')),
  words    TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 1000
             AND '|' || words || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || words || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND words NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  beside   TEXT CHECK (length(beside) BETWEEN 1 AND 1000
             AND '|' || beside || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || beside || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND beside NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  category TEXT CHECK (category IN ('test', 'build', 'format', 'git', 'deps', 'docs', 'sdlc', 'patch', 'deploy', 'review')),
  tool     TEXT CHECK (length(tool) BETWEEN 1 AND 60 AND tool NOT GLOB '*[^a-z0-9_.-]*'),
  target   TEXT CHECK (length(target) BETWEEN 1 AND 60 AND target NOT GLOB '*[^a-z0-9_.-]*'),
  CHECK ((category IS NULL) = (tool IS NULL)),
  CHECK (found_in <> 'error' OR category IS NOT NULL)
) STRICT;

-- down
DROP TABLE main.pattern_rules_custom;
