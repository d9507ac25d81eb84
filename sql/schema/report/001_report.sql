-- The sections of pages that report_html makes: each shows the rows of a table or view of this file.
--
-- A report that is shipped has sections of its own: a row of its name and of the position of one of those replaces it, and
-- one of the kind 'hidden' takes it away.

-- up
CREATE TABLE main.lore_reports (
  name     TEXT NOT NULL CHECK (name <> ''),
  position INTEGER NOT NULL,
  title    TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('table', 'figures', 'sparklines', 'line', 'area', 'bar', 'scatter', 'histogram', 'heat',
                                         'timeline', 'interval', 'hidden')),
  source   TEXT,
  note     TEXT,
  PRIMARY KEY (name, position),
  CHECK (source IS NOT NULL OR kind = 'hidden')
) STRICT, WITHOUT ROWID;

-- down
DROP TABLE main.lore_reports;
