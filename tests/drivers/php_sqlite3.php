<?php
// The scenario with PHP's SQLite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
[, $extension, $path] = $argv;

function say($step, ...$values)
{
    echo $step, "\t", implode(" ", $values), "\n";
}

function rows($result)
{
    for ($rows = []; $row = $result->fetchArray(SQLITE3_NUM); $rows[] = $row);
    return $rows;
}

// page: begin
// php -d sqlite3.extension_dir=DIRECTORY, or in php.ini: only what lies there can be loaded
$db = new SQLite3($path);
$db->enableExceptions(true);
$db->loadExtension(basename($extension));
// page: end
say("load", $db->querySingle("SELECT lore_version()"));
$db->loadExtension(basename($extension));
say("load again", $db->querySingle("SELECT lore_version()"));
say("sqlite", $db->querySingle("SELECT sqlite_version()"));

// page: begin
$db->exec("PRAGMA journal_mode = WAL");
$migrated = $db->querySingle("SELECT lore_migrate('signals lifecycle work')");

$found = [["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"],
          ["funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"],
          ["incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"],
          ["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"]];
$db->exec("BEGIN IMMEDIATE");
$ingest = $db->prepare("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
                        VALUES (?, ?, ?, ?, ?)");
foreach ($found as $row) {
    foreach ($row as $place => $value) {
        $ingest->bindValue($place + 1, $value);
    }
    $ingest->execute();
}
$db->exec("COMMIT");
$outcomes = $db->query("SELECT json_extract(result, '$.outcome') FROM lore_results
                          WHERE verb = 'signal_ingest' ORDER BY n");
// page: end
say("migrate", $migrated);
say("ingest", ...array_column(rows($outcomes), 0));

// page: begin
$seen = $db->prepare("INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity)
                      VALUES ('overdue', 'client', 'acme', ?)");
$lifecycle = [];
foreach (["low", "high"] as $severity) {
    $seen->bindValue(1, $severity);
    $seen->execute(); // with a SELECT, fetchArray() would run the verb a second time
    $lifecycle[] = $db->querySingle("SELECT lore_result()");
}
// page: end
say("lifecycle", ...$lifecycle);

$averages = $db->query("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id");
say("window", ...array_column(rows($averages), 0));

$verdicts = $db->query("SELECT signals.canonical_key, verdict.decision FROM signals
                          JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id");
say("join", ...array_map(fn($row) => "$row[0]=$row[1]", rows($verdicts)));

// page: begin
$add = $db->prepare("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)");
$add->bindValue(":id", "call");
$add->bindValue(":description", "Call Acme");
$add->bindValue(":priority", 9007199254740993);
$add->execute();
// page: end
say("insert", $db->querySingle("SELECT priority FROM tasks WHERE task_id = 'call'"));

rows($db->query("SELECT signal_upsert('read', 'client', value, 'low') FROM json_each('[1, 2, 3]')"));
say("read", $db->querySingle("SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = 'read'"));
$unread = $db->query("SELECT signal_upsert('unread', 'client', value, 'low') FROM json_each('[1, 2, 3]')");
say("unread", $db->querySingle("SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = 'unread'"));

// page: begin
try {
    $save = $db->prepare("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
                          VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')");
    $save->bindValue(1, 1.7);
    $save->execute();
} catch (Exception $error) {
    [$message, $code] = [$error->getMessage(), $db->lastExtendedErrorCode()];
}
// page: end
say("error", $message);
say("code", $code);
say("kept", $db->querySingle("SELECT count(*) FROM signals"));

$db->close();
say("close", "closed");
fgets(STDIN); // the runner looks at the open files now
