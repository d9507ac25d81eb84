/*
** Time series in a file: size, ingest and queries, against a plain table that is clustered by series and time, which is what a
** careful hand would make, and against rows of `correlations`, which is what is found.
**
** metrics lore.so FOLDER
**
** 1,000 series of 10,000 points (series.h), of which `correlations` gets as many series as are worth waiting for: its rows
** cost the same or more in greater number. Every way gets its points by INSERT ... SELECT out of a table in memory, in transactions
** of 100,000, into a file in WAL mode; filling that table is not timed, the commit is. Time is processor time.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "series.h"

enum { SERIES = 1000, POINTS = 10000, TOTAL = SERIES*POINTS, BATCH = 100000, ROUNDS = 3, QUERIES = 500,
       PLAIN_SERIES = 20 };

#define MILLION 1e6
#define DAY_MS 86400000LL

typedef struct Points {
  int64_t *times;  /* of series s from s*POINTS on */
  double *values;
} Points;

typedef enum Order { BY_SERIES, BY_TIME } Order;

static void *allocate(size_t bytes){
  void *memory = malloc(bytes);
  if( memory==NULL ) exit(1);
  return memory;
}

static void makePoints(Points *points, int has_jitter){
  for(int s = 0; s < SERIES; s++){
    seriesTimes(s, has_jitter, POINTS, points->times + (size_t)s*POINTS);
    seriesValues(s, POINTS, points->values + (size_t)s*POINTS);
  }
}

/* ---- Databases ---- */

static sqlite3 *openFresh(const char *folder, const char *name, const char *extension){
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.db", folder, name);
  removeDatabase(path);
  sqlite3 *db = openLoaded(path, extension);
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; "
          "SELECT lore_migrate('all'); ATTACH ':memory:' AS source; "
          "CREATE TABLE source.points(series INTEGER, name TEXT, tags TEXT, ts INTEGER, value REAL);"
          "CREATE TABLE main.clustered(series INTEGER, ts INTEGER, value REAL, PRIMARY KEY(series, ts)) WITHOUT ROWID");
  return db;
}

/* Points of the numbers from `first` on of the first `series` series, in an order, into the source. */
static void stage(sqlite3 *db, sqlite3_stmt *insert, const Points *points, Order order, int series, int first){
  run(db, "DELETE FROM source.points; BEGIN");
  for(int i = first; i < first + BATCH; i++){
    int s = order==BY_SERIES ? i/POINTS : i%series, p = order==BY_SERIES ? i%POINTS : i/series;
    char tags[64];
    snprintf(tags, sizeof tags, "{\"host\":\"host-%d\",\"unit\":\"%s\"}", s, kSeriesNames[seriesKindOf(s)]);
    sqlite3_bind_int(insert, 1, s);
    sqlite3_bind_text(insert, 2, "system.load", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, tags, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(insert, 4, points->times[(size_t)s*POINTS + (size_t)p]);
    sqlite3_bind_double(insert, 5, points->values[(size_t)s*POINTS + (size_t)p]);
    stepOnce(insert);
  }
  run(db, "COMMIT");
}

static const char kOurs[] = "INSERT INTO metric_record(name, value, tags, at) SELECT name, value, tags, ts FROM source.points";
static const char kClustered[] = "INSERT INTO clustered SELECT series, ts, value FROM source.points WHERE true "
                                 "ON CONFLICT(series, ts) DO UPDATE SET value = excluded.value";
static const char kPlain[] =
  "INSERT INTO correlations(correlation_id, service_type, correlation_type, status, timestamp, metric_name, metric_value, tags, "
  "scope, retention_policy, created_at, updated_at) "
  "SELECT lower(hex(randomblob(16))), 'monitor', 'metric_datapoint', 'completed', at, name, value, tags, 'local', 'raw', at, at "
  "FROM (SELECT *, strftime('%Y-%m-%dT%H:%M:%fZ', ts/1000.0, 'unixepoch') AS at FROM source.points)";

/* Seconds. batches: NULL, or gets those of each transaction. */
static double ingest(sqlite3 *db, const char *sql, const Points *points, Order order, int series, double *batches){
  double all = 0;
  sqlite3_stmt *fill = prepare(db, "INSERT INTO source.points VALUES (?1, ?2, ?3, ?4, ?5)"), *insert = prepare(db, sql);
  for(int first = 0; first < series*POINTS; first += BATCH){
    stage(db, fill, points, order, series, first);
    double start = cpuSeconds();
    run(db, "BEGIN IMMEDIATE");
    stepOnce(insert);
    run(db, "COMMIT");
    double taken = cpuSeconds() - start;
    if( batches ) batches[first/BATCH] = taken;
    all += taken;
  }
  sqlite3_finalize(fill);
  sqlite3_finalize(insert);
  return all;
}

static double bytesAPoint(sqlite3 *db, int points){
  run(db, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  return (double)(intOf(db, "PRAGMA page_count")*intOf(db, "PRAGMA page_size"))/points;
}

/* Of the empty schema, which is the same for every way. */
static double bareBytes(const char *folder, const char *extension){
  sqlite3 *db = openFresh(folder, "bare", extension);
  double bytes = bytesAPoint(db, 1);
  closeDatabase(db);
  return bytes;
}

/* ---- Queries ---- */

static double timeQuery(sqlite3 *db, const char *sql){
  double taken[ROUNDS];
  sqlite3_stmt *query = prepare(db, sql);
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    double start = cpuSeconds();
    while( sqlite3_step(query)==SQLITE_ROW ){}
    must(db, sqlite3_reset(query), sql);
    if( r >= 0 ) taken[r] = cpuSeconds() - start;
  }
  sqlite3_finalize(query);
  return median(taken, ROUNDS);
}

/* Milliseconds for 24 hours of one series: ?1 is its number, ?2 and ?3 the window, ?4 its tags. */
static double timeDay(sqlite3 *db, const char *sql, int series){
  double taken[ROUNDS];
  sqlite3_stmt *query = prepare(db, sql);
  for(int r = -1; r < ROUNDS; r++){
    double start = cpuSeconds();
    for(int i = 0; i < QUERIES; i++){
      int s = i*7919 % series;
      char tags[64];
      snprintf(tags, sizeof tags, "{\"host\":\"host-%d\"}", s);
      sqlite3_int64 since = SERIES_START + 600000 + i*10000;
      sqlite3_bind_int(query, 1, s);
      sqlite3_bind_int64(query, 2, since);
      sqlite3_bind_int64(query, 3, since + DAY_MS);
      sqlite3_bind_text(query, 4, tags, -1, SQLITE_STATIC);
      must(db, sqlite3_step(query), sql);
      if( sqlite3_column_type(query, 0)!=SQLITE_FLOAT ) exit(1);
      sqlite3_reset(query);
    }
    if( r >= 0 ) taken[r] = (cpuSeconds() - start)*1000/QUERIES;
  }
  sqlite3_finalize(query);
  return median(taken, ROUNDS);
}

/* ---- All of it ---- */

typedef struct Rates {
  double ingest, deviation, quantile, minutes; /* million points a second */
  double day; /* ms */
  double bytes; /* a point */
} Rates;

static void measureClustered(sqlite3 *db, Rates *rates, int series){
  double points = (double)series*POINTS/MILLION;
  rates->deviation = points/timeQuery(db, "SELECT series, count(*), sqrt(max(0, avg(value*value) - avg(value)*avg(value))) "
                                          "FROM clustered GROUP BY series");
  rates->minutes = points/timeQuery(db, "SELECT count(*), sum(mean) FROM (SELECT series, ts/60000 AS minute, avg(value) AS mean "
                                        "FROM clustered GROUP BY series, minute)");
  rates->day = timeDay(db, "SELECT avg(value) FROM clustered WHERE series = ?1 AND ts >= ?2 AND ts < ?3", series);
}

static void measureOurs(sqlite3 *db, Rates *rates){
  double points = TOTAL/MILLION;
  rates->deviation = points/timeQuery(db, "SELECT count(*), sum(value) FROM metric_range('system.load') WHERE in_fn = 'stddev'");
  rates->quantile = points/timeQuery(db, "SELECT count(*), sum(value) FROM metric_range('system.load') WHERE in_fn = 'p99'");
  rates->minutes = points/timeQuery(db, "SELECT count(*), sum(value) FROM metric_range('system.load') WHERE in_step = '1m'");
  rates->day = timeDay(db, "SELECT value FROM metric_range('system.load', ?2, ?3) WHERE in_tags = ?4", SERIES);
}

static void printRates(const char *name, const Rates *rates){
  printf("  %-36s %10.2f %10.2f %10.2f %10.2f %10.3f %10.2f\n", name, rates->bytes, rates->ingest, rates->deviation,
         rates->quantile, rates->day, rates->minutes);
}

static Rates ours(const char *folder, const char *extension, const Points *points, Order order, double bare, double *growth){
  Rates rates = { 0 };
  double batches[TOTAL/BATCH];
  sqlite3 *db = openFresh(folder, "metrics", extension);
  rates.ingest = TOTAL/MILLION/ingest(db, kOurs, points, order, SERIES, batches);
  *growth = median(batches + (TOTAL - 1000000)/BATCH, 1000000/BATCH)/median(batches, 1000000/BATCH);
  run(db, "SELECT metric_seal(); DELETE FROM source.points");
  rates.bytes = bytesAPoint(db, TOTAL) - bare/TOTAL;
  measureOurs(db, &rates);
  if( intOf(db, "SELECT sum(points) FROM metric_series_list")!=TOTAL ) exit(1);
  closeDatabase(db);
  return rates;
}

static Rates plain(const char *folder, const char *extension, const Points *points, const char *sql, int series, double bare){
  Rates rates = { 0 };
  sqlite3 *db = openFresh(folder, "plain", extension);
  rates.ingest = series*POINTS/MILLION/ingest(db, sql, points, BY_TIME, series, NULL);
  run(db, "DELETE FROM source.points");
  rates.bytes = bytesAPoint(db, series*POINTS) - bare/(series*POINTS);
  if( sql==kClustered ) measureClustered(db, &rates, series);
  closeDatabase(db);
  return rates;
}

static void verdicts(const Rates *regular, const Rates *jitter, const Rates *clustered, double growth){
  verdictAtMost("metrics: file, regular times", 1.8, regular->bytes, "bytes a point");
  verdictAtMost("metrics: file, 50 ms jitter", 2.8, jitter->bytes, "bytes a point");
  verdictAtLeast("metrics: ingest, to a clustered table", 12.5, regular->ingest/clustered->ingest, "x");
  verdictAtMost("metrics: ingest of the 10th million, to the first", 1.2, growth, "x");
  verdictAtLeast("metrics: stddev of all, to a clustered table", 12.5, regular->deviation/clustered->deviation, "x");
  verdictAtLeast("metrics: p99 of all, to stddev of a clustered table", 12.5, regular->quantile/clustered->deviation, "x");
  verdictAtLeast("metrics: 24 h of one series, to a clustered table", 10, clustered->day/regular->day, "x");
  verdictAtLeast("metrics: all to minutes, to a clustered table", 83, regular->minutes/clustered->minutes, "x");
}

/* For a peer that reads them: times, then values, of all series. */
static void leavePoints(const char *folder, const Points *points){
  char path[4096];
  snprintf(path, sizeof path, "%s/points.bin", folder);
  FILE *file = fopen(path, "wb");
  if( file==NULL || fwrite(points->times, sizeof *points->times, TOTAL, file)!=TOTAL
      || fwrite(points->values, sizeof *points->values, TOTAL, file)!=TOTAL || fclose(file) ) exit(1);
}

static void leaveRates(const char *folder, const Rates *rates){
  char path[4096];
  snprintf(path, sizeof path, "%s/metrics.json", folder);
  FILE *file = fopen(path, "w");
  if( file==NULL ) exit(1);
  fprintf(file, "{\"start\": %lld, \"bytes\": %.9g, \"ingest\": %.9g, \"deviation\": %.9g, \"quantile\": %.9g, \"day\": %.9g, "
          "\"minutes\": %.9g}\n", (long long)SERIES_START, rates->bytes, rates->ingest, rates->deviation, rates->quantile,
          rates->day, rates->minutes);
  fclose(file);
}

int main(int argc, char **argv){
  Points points = { allocate(TOTAL*sizeof(int64_t)), allocate(TOTAL*sizeof(double)) };
  double growth, other;
  if( argc < 3 ) return 1;
  const char *extension = argv[1], *folder = argv[2];
  double bare = bareBytes(folder, extension);
  makePoints(&points, 1);
  Rates jitter = ours(folder, extension, &points, BY_TIME, bare, &other);
  makePoints(&points, 0);
  leavePoints(folder, &points);
  Rates by_series = ours(folder, extension, &points, BY_SERIES, bare, &other);
  Rates regular = ours(folder, extension, &points, BY_TIME, bare, &growth);
  Rates clustered = plain(folder, extension, &points, kClustered, SERIES, bare);
  Rates rows = plain(folder, extension, &points, kPlain, PLAIN_SERIES, bare);
  leaveRates(folder, &by_series);
  verdicts(&regular, &jitter, &clustered, growth);
  printf("\nMetrics, %d series of %d points: million points a second, but for bytes and 24 h\n", SERIES, POINTS);
  printf("  %-36s %10s %10s %10s %10s %10s %10s\n", "", "bytes", "ingest", "stddev", "p99", "24 h, ms", "minutes");
  printRates("ours, regular, by time", &regular);
  printRates("ours, regular, by series", &by_series);
  printRates("ours, 50 ms jitter, by time", &jitter);
  printRates("clustered table, by time", &clustered);
  printRates("rows of correlations, by time", &rows);
  printf("  (the last with %d series; 0: not measured)\n", PLAIN_SERIES);
  free(points.times);
  free(points.values);
  return 0;
}
