<?php
// The scenario with PHP's PDO; tests/drivers/run says what it is. Arguments: the extension, a new database.
// PDO can load nothing: the program runs with LD_PRELOAD=preload.so LORE=/path/to/lore.so, and each connection has it.
[, $extension, $path] = $argv;

function say($step, ...$values)
{
    echo $step, "\t", implode(" ", $values), "\n";
}

// page: begin
$db = new PDO("sqlite:$path", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);

function column($sql, ...$parameters)
{
    global $db;
    $query = $db->prepare($sql);
    $query->execute($parameters);
    return $query->fetchAll(PDO::FETCH_COLUMN);
}
// page: end

say("load", ...column("SELECT lore_version()"));
$other = new PDO("sqlite:$path");
say("load again", $other->query("SELECT lore_version()")->fetchColumn());
$other = null;
say("sqlite", $db->getAttribute(PDO::ATTR_CLIENT_VERSION));

// page: begin
$db->exec("PRAGMA journal_mode = WAL");
$migrated = $db->query("SELECT lore_migrate('signals lifecycle work')")->fetchColumn();

$found = [["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"],
          ["funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"],
          ["incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"],
          ["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"]];
$db->beginTransaction();
$ingest = $db->prepare("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
                        VALUES (?, ?, ?, ?, ?)");
foreach ($found as $row) {
    $ingest->execute($row);
}
$db->commit();
$outcomes = column("SELECT json_extract(result, '$.outcome') FROM lore_results
                    WHERE verb = 'signal_ingest' ORDER BY n");
// page: end
say("migrate", $migrated);
say("ingest", ...$outcomes);

$seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
say("lifecycle", ...column($seen, "low"), ...column($seen, "high"));

say("window", ...column("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id"));

say("join", ...column("SELECT signals.canonical_key || '=' || verdict.decision FROM signals
                         JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id"));

// page: begin
$add = $db->prepare("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)");
$add->bindValue(":id", "call");
$add->bindValue(":description", "Call Acme");
$add->bindValue(":priority", 9007199254740993, PDO::PARAM_INT); // execute([…]) binds every value as text
$add->execute();
// page: end
say("insert", ...column("SELECT priority FROM tasks WHERE task_id = 'call'"));

$detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
$detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?";
column($detect, "read");
say("read", ...column($detections, "read"));
$unread = $db->prepare($detect);
$unread->execute(["unread"]);
$unread = null;
say("unread", ...column($detections, "unread"));

// page: begin
try {
    $db->exec("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
               VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', 1.7, '{}')");
} catch (PDOException $error) {
    [$message, $code] = [$error->getMessage(), $error->errorInfo[1]];
}
// page: end
say("error", $message);
say("code", $code);
say("kept", ...column("SELECT count(*) FROM signals"));

$db = $ingest = $add = null; // that closes it
say("close", "closed");
fgets(STDIN); // the runner looks at the open files now
