#!/bin/sh
# The scenario with sqlite-utils; tests/drivers/run says what it is. Arguments: the extension, a new database.
extension=$1 path=$2

say(){ printf '%s\t%s\n' "$1" "$2"; }
value(){ sqlite-utils query "$path" "$@" --raw --load-extension "$extension"; }

sqlite-utils create-database "$path" --enable-wal
say load "$(value 'SELECT lore_version()')"
say 'load again' "$(value 'SELECT lore_version()' --load-extension "$extension")"
say sqlite "$(value 'SELECT sqlite_version()')"

# page: begin
migrated=$(sqlite-utils query "$path" "SELECT lore_migrate('signals lifecycle work')" --raw --load-extension "$extension")

# One call a record, a transaction for each hundred of them (--batch-size).
sqlite-utils bulk "$path" "INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
  VALUES (:type, :source, json_object(:field, :text), :confidence, :id)" - --load-extension "$extension" --nl <<END
{"id": "e1", "type": "github_spike", "source": "github", "field": "domain", "text": "www.acme.ai", "confidence": 0.75}
{"id": "e2", "type": "funding_event", "source": "news", "field": "domain", "text": "bolt.dev", "confidence": 0.5}
{"id": "e3", "type": "incorporation", "source": "register", "field": "company_number", "text": "123456", "confidence": 0.25}
{"id": "e1", "type": "github_spike", "source": "github", "field": "domain", "text": "www.acme.ai", "confidence": 0.75}
END
# page: end
say migrate "$migrated"
say ingest "$(value "SELECT group_concat(outcome, ' ') FROM (
  SELECT 'new' AS outcome FROM signals UNION ALL SELECT outcome FROM signal_ingest_log)")"

seen="SELECT signal_upsert('overdue', 'client', 'acme', :severity)"
say lifecycle "$(value "$seen" -p severity low) $(value "$seen" -p severity high)"

say window "$(value "SELECT group_concat(average, ' ') FROM (
  SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) AS average FROM signals ORDER BY id)")"

say join "$(value "SELECT group_concat(canonical_key || '=' || decision, ' ') FROM (
  SELECT signals.canonical_key, verdict.decision FROM signals
    JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id)")"

# page: begin
sqlite-utils query "$path" "INSERT INTO task_add(id, description, priority) VALUES ('call', :description, :priority)" \
  -p description "Call Acme" -p priority 9007199254740993 --load-extension "$extension" > /dev/null
# page: end
say insert "$(value "SELECT priority FROM tasks WHERE task_id = 'call'")"

sqlite-utils query "$path" "SELECT signal_upsert('read', 'client', value, 'low') FROM json_each('[1, 2, 3]')" \
  --load-extension "$extension" > /dev/null
say read "$(value "SELECT sum(detection_count) FROM signal_state WHERE signal_type = 'read'")"

# page: begin
message=$(sqlite-utils query "$path" \
  "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
   VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', CAST(:confidence AS REAL), '{}')" \
  -p confidence 1.7 --load-extension "$extension" 2>&1)
status=$?
# page: end
say code "exit status $status"
say error "$(printf '%s' "$message" | tail -n 1)"
say kept "$(value 'SELECT count(*) FROM signals')"

say close closed
cat > /dev/null  # the runner looks at the open files now
