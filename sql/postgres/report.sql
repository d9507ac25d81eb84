-- The sections of pages that report_html makes: each shows the rows of a table or view of this file.
--
-- A report that is shipped has sections of its own: a row of its name and of the position of one of those replaces it, and
-- one of the kind 'hidden' takes it away.
CREATE TABLE lore_reports (
  name     text NOT NULL CHECK (name <> ''),
  position bigint NOT NULL,
  title    text NOT NULL,
  kind     text NOT NULL CHECK (kind IN ('table', 'figures', 'sparklines', 'line', 'area', 'bar', 'scatter', 'histogram', 'heat',
                                         'timeline', 'interval', 'hidden')),
  source   text,
  note     text,
  PRIMARY KEY (name, position),
  CHECK (source IS NOT NULL OR kind = 'hidden')
);
