-- Which operations repeat: rules of one's own for finding them.

-- up
CREATE TABLE main.pattern_rules_custom (
  id       INTEGER PRIMARY KEY,
  found_in TEXT NOT NULL DEFAULT 'request' CHECK (found_in IN ('request', 'error', 'template')),
  words    TEXT NOT NULL CONSTRAINT "words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(words) BETWEEN 1 AND 1000
             AND '|' || words || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || words || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND words NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  beside   TEXT CONSTRAINT "beside: words are separated by | and start and end with a letter, a digit or _"
           CHECK (length(beside) BETWEEN 1 AND 1000
             AND '|' || beside || '|' NOT GLOB '*|[ -/:-@[-^`{-~]*' AND '|' || beside || '|' NOT GLOB '*[ -/:-@[-^`{-~]|*'
             AND beside NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'),
  category TEXT CHECK (category IN ('test', 'build', 'format', 'git', 'deps', 'docs', 'sdlc', 'patch', 'deploy', 'review')),
  tool     TEXT CHECK (length(tool) BETWEEN 1 AND 60 AND tool NOT GLOB '*[^a-z0-9_.-]*'),
  target   TEXT CHECK (length(target) BETWEEN 1 AND 60 AND target NOT GLOB '*[^a-z0-9_.-]*'),
  CONSTRAINT "category and tool come together" CHECK ((category IS NULL) = (tool IS NULL)),
  CONSTRAINT "a rule for error messages has a category" CHECK (found_in <> 'error' OR category IS NOT NULL)
) STRICT;

-- down
DROP TABLE main.pattern_rules_custom;
