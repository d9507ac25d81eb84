/*
** Which sections a page has: see sections.h. The rows of a shipped section are a statement of sql/statements/report.sql.
*/
#include "report/sections.h"

#include <string.h>

/* One part, of a kind that has one. */
#define PART(statement, needs) .parts = { { (statement), (needs) } }

static const Section kToday[] = {
  { .position = 100, .title = "At a glance", .kind = "figures", .empty = "Nothing is recorded yet.",
    .parts = { { SQL_REPORT_NOW_SIGNALS, "signal_state" }, { SQL_REPORT_NOW_BACKLOG, "signal_processing" },
               { SQL_REPORT_NOW_WORK, "tasks|thoughts" }, { SQL_REPORT_NOW_COST, "cost_snapshots" } } },
  { .position = 200, .title = "Open signals", .kind = "table", .empty = "No signal is open.",
    .note = "What is wrong now, the worst first. New was detected once, recent is at most 3 days old, ongoing at most 10, "
            "chronic older.",
    PART(SQL_REPORT_OPEN_SIGNALS, "signal_state_ages") },
  { .position = 300, .title = "The worst open signals over time", .kind = "timeline",
    .empty = "No signal has been open in the last 60 days.",
    .note = "Up to twelve, the worst and oldest first, in the last 60 days; a gap is time in which it was cleared.",
    PART(SQL_REPORT_SIGNAL_TIMELINE, "signal_state|signal_transitions") },
  { .position = 400, .title = "Age of the backlog", .kind = "bar", .empty = "Nothing waits to be processed.",
    .note = "How long signals have waited to be pushed or rejected.",
    PART(SQL_REPORT_BACKLOG, "signal_processing"), .x_label = "signals" },
  { .position = 500, .title = "Verdicts", .kind = "table", .empty = "No company has signals that wait for a verdict.",
    .note = "Companies with pending signals, those with the best evidence first.",
    PART(SQL_REPORT_VERDICTS, "signals|signal_processing|key_groups") },
  { .position = 600, .title = "What to automate", .kind = "interval", .empty = "No pattern is worth it yet.",
    .note = "What 30 days would save by automating each pattern, with the interval that holds the truth nine times in ten.",
    PART(SQL_REPORT_CANDIDATES, "operation_patterns|pattern_occurrences|workflow_history"), .x_label = "saved in 30 days" },
  { .position = 700, .title = "Cost by day", .kind = "bar", .empty = "No day of the last month has a summary.",
    .note = "Daily summaries of the last 31 days.", PART(SQL_REPORT_COST_BY_DAY, "cost_snapshots") },
  { .position = 800, .title = "Queues", .kind = "table", .empty = "There are no queues.",
    .note = "Work that waits, is being done, or was left by a worker whose lease is over.",
    PART(SQL_REPORT_QUEUES, "tasks|thoughts") },
  { .position = 900, .title = "Metrics", .kind = "sparklines", .empty = "No series has points in the last day.",
    .note = "The last 24 hours of the newest series, as averages of 15 minutes.", PART(SQL_REPORT_METRICS, "metric_series") },
  { .position = 1000, .title = "Goals", .kind = "table", .empty = "No goal is active.",
    .note = "Active goals of this connection's tenant, and those of the last 30 days.",
    PART(SQL_REPORT_GOALS, "goals|agent_clones|" NEEDS_TENANT) },
  { .position = 1100, .title = "Audit log", .kind = "figures", .empty = "The log is empty.",
    .note = "How long the log is, and how much of it is signed; audit_verify says whether it can be believed.",
    PART(SQL_REPORT_AUDIT, "audit_log|audit_checkpoints") },
};

enum { TODAY_COUNT = sizeof kToday/sizeof *kToday };

int sectionsHas(LoreCall *call, const char *table){
  if( strcmp(table, NEEDS_TENANT)==0 ) return loreTenant(call)!=NULL;
  loreLetText(call, "wanted", table);
  return loreFindInt(call, SQL_REPORT_HAS_OBJECT) > 0;
}

static Section rowSection(LoreStatement *rows){
  Section section = { .position = loreColumnInt(rows, 0), .empty = "There are no rows." };
  section.title = loreColumnCopy(rows, 1);
  section.kind = loreColumnCopy(rows, 2);
  section.source = loreColumnCopy(rows, 3);
  section.note = loreColumnCopy(rows, 4);
  return section;
}

/* In its place by position, instead of the one that is there. */
static void put(Sections *sections, Section section){
  int place = 0;
  while( place < sections->count && sections->at[place].position < section.position ) place++;
  if( place==sections->count || sections->at[place].position!=section.position ){
    memmove(&sections->at[place + 1], &sections->at[place], (size_t)(sections->count - place)*sizeof section);
    sections->count++;
  }
  sections->at[place] = section;
}

static void dropHidden(Sections *sections){
  int kept = 0;
  for(int i = 0; i < sections->count; i++){
    if( strcmp(sections->at[i].kind, "hidden")!=0 ) sections->at[kept++] = sections->at[i];
  }
  sections->count = kept;
}

Sections sectionsOf(LoreCall *call, const char *name){
  enum { MOST_OF_FILE = 200 };
  int is_shipped = strcmp(name, "today")==0, has_own = sectionsHas(call, "lore_reports"), own = 0;
  Sections sections = { loreAllocate(call, (TODAY_COUNT + MOST_OF_FILE)*sizeof(Section)), 0 };
  if( sections.at==NULL ) return sections;
  for(int i = 0; is_shipped && i < TODAY_COUNT; i++) sections.at[sections.count++] = kToday[i];
  LoreStatement *rows = has_own ? loreQuery(call, SQL_REPORT_SECTIONS) : NULL;
  while( loreNext(rows) ){
    Section section = rowSection(rows);
    if( loreFailed(call) ) break;
    if( own++ < MOST_OF_FILE ) put(&sections, section);
    else loreRefuse(call, LORE_REFUSED, "has at most %d sections of its own, %s has more", MOST_OF_FILE, loreShow(call, 0));
  }
  if( !is_shipped && own==0 ){
    loreRefuse(call, LORE_REFUSED, "there is no report %s: 'today' is shipped, others are rows of lore_reports", loreShow(call, 0));
  }
  if( loreFailed(call) ) sections.count = 0;
  dropHidden(&sections);
  return sections;
}
