# The scenario with Perl's DBD::SQLite; tests/drivers/run says what it is. Arguments: the extension, a new database.
use strict;
use warnings;
# page: begin
use DBI;
# page: end

my ($extension, $path) = @ARGV;
$| = 1;

sub say { my ($step, @values) = @_; print "$step\t@values\n" }

# page: begin
my $db = DBI->connect("dbi:SQLite:dbname=$path", "", "", {
    RaiseError => 1, PrintError => 0, AutoCommit => 1,
    sqlite_see_if_its_a_number => 1,  # else DBI binds every value as text
});
$db->sqlite_enable_load_extension(1);
$db->sqlite_load_extension($extension);
# page: end
say("load", $db->selectrow_array("SELECT lore_version()"));
$db->sqlite_load_extension($extension);
say("load again", $db->selectrow_array("SELECT lore_version()"));
say("sqlite", $db->{sqlite_version});

# page: begin
$db->sqlite_enable_load_extension(0);
$db->do("PRAGMA journal_mode = WAL");
my ($migrated) = $db->selectrow_array("SELECT lore_migrate('signals lifecycle work')");

my @found = (["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"],
             ["funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"],
             ["incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"],
             ["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"]);
$db->begin_work;
my $ingest = $db->prepare("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
                           VALUES (?, ?, ?, ?, ?)");
$ingest->execute(@$_) for @found;
$db->commit;
my $outcomes = $db->selectcol_arrayref("SELECT json_extract(result, '\$.outcome') FROM lore_results
                                          WHERE verb = 'signal_ingest' ORDER BY n");
# page: end
say("migrate", $migrated);
say("ingest", @$outcomes);

my $seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
say("lifecycle", map { scalar $db->selectrow_array($seen, undef, $_) } "low", "high");

my $averages = $db->selectcol_arrayref("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING)
                                          FROM signals ORDER BY id");
say("window", @$averages);

my $verdicts = $db->selectall_arrayref("SELECT signals.canonical_key, verdict.decision FROM signals
                                          JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id");
say("join", map { "$_->[0]=$_->[1]" } @$verdicts);

# page: begin
my $add = $db->prepare("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)");
$add->bind_param(":id", "call");
$add->bind_param(":description", "Call Acme");
$add->bind_param(":priority", 9007199254740993);
$add->execute;
# page: end
say("insert", $db->selectrow_array("SELECT priority FROM tasks WHERE task_id = ?", undef, "call"));

my $detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
my $detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?";
$db->selectall_arrayref($detect, undef, "read");
say("read", $db->selectrow_array($detections, undef, "read"));
$db->prepare($detect)->execute("unread");
say("unread", $db->selectrow_array($detections, undef, "unread"));

# page: begin
my ($message, $code);
eval {
    $db->do("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
             VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')", undef, 1.7);
    1;
} or ($message, $code) = ($db->errstr, $db->err);
# page: end
say("error", $message);
say("code", $code);
say("kept", $db->selectrow_array("SELECT count(*) FROM signals"));

$db->disconnect;
say("close", "closed");
<STDIN>;  # the runner looks at the open files now
