-- The scenario with Lua's luasql; tests/drivers/run says what it is. Arguments: the extension, a new database.
-- luasql can load nothing: the program runs with LD_PRELOAD=preload.so LORE=/path/to/lore.so, and each connection has it.
-- page: begin
local luasql = require "luasql.sqlite3"
-- page: end
local extension, path = arg[1], arg[2]
io.stdout:setvbuf("line")

local function say(step, ...)
  print(step .. "\t" .. table.concat({...}, " "))
end

-- page: begin
local environment = luasql.sqlite3()
local db = environment:connect(path)

-- luasql binds no values: what is put into SQL must be quoted.
local function quoted(value)
  return type(value) == "string" and "'" .. value:gsub("'", "''") .. "'" or tostring(value)
end
-- page: end

-- The first column of all rows, then the second.
local function columns(sql)
  local cursor = assert(db:execute(sql))
  local left, right = {}, {}
  local first, second = cursor:fetch()
  while first do
    left[#left + 1], right[#right + 1] = first, second
    first, second = cursor:fetch()
  end
  cursor:close()
  return left, right
end

local function column(sql) return table.unpack((columns(sql))) end

say("load", column("SELECT lore_version()"))
local other = environment:connect(path)
local cursor = other:execute("SELECT lore_version()")
say("load again", (cursor:fetch()))
cursor:close()
other:close()
say("sqlite", column("SELECT sqlite_version()"))

column("PRAGMA journal_mode = WAL")

-- page: begin
-- luasql runs a statement to its first row, and again when it is read: a verb in a SELECT would run twice.
assert(db:execute("INSERT INTO lore_migrate(subsystems) VALUES ('signals lifecycle work')"))
-- page: end
say("migrate", column("SELECT lore_result()"))

-- page: begin
local found = {
  {"github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"},
  {"funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"},
  {"incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"},
  {"github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"}}
db:setautocommit(false)
for _, row in ipairs(found) do
  for place, value in ipairs(row) do row[place] = quoted(value) end
  assert(db:execute("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES ("
                    .. table.concat(row, ", ") .. ")"))
end
db:commit()
db:setautocommit(true)
-- page: end
say("ingest", column("SELECT json_extract(result, '$.outcome') FROM lore_results"
                     .. " WHERE verb = 'signal_ingest' ORDER BY n"))

local lifecycle = {}
for place, severity in ipairs({"low", "high"}) do
  assert(db:execute("INSERT INTO signal_upsert(signal_type, entity_type, entity_id, severity)"
                    .. " VALUES ('overdue', 'client', 'acme', " .. quoted(severity) .. ")"))
  lifecycle[place] = column("SELECT lore_result()")
end
say("lifecycle", table.unpack(lifecycle))

say("window", column("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id"))

local keys, decisions = columns("SELECT signals.canonical_key, verdict.decision FROM signals"
                                .. " JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")
for place, key in ipairs(keys) do keys[place] = key .. "=" .. decisions[place] end
say("join", table.unpack(keys))

-- page: begin
assert(db:execute("INSERT INTO task_add(id, description, priority) VALUES ("
                  .. table.concat({quoted("call"), quoted("Call Acme"), quoted(9007199254740993)}, ", ") .. ")"))
-- page: end
say("insert", column("SELECT CAST(priority AS TEXT) FROM tasks WHERE task_id = 'call'"))

local function detections(signal_type)
  return column("SELECT CAST(ifnull(sum(detection_count), 0) AS TEXT) FROM signal_state"
                .. " WHERE signal_type = " .. quoted(signal_type))
end
column("SELECT signal_upsert('read', 'client', value, 'low') FROM json_each('[1, 2, 3]')")
say("read", detections("read"))
assert(db:execute("SELECT signal_upsert('unread', 'client', value, 'low') FROM json_each('[1, 2, 3]')")):close()
say("unread", detections("unread"))

-- page: begin
local done, message = db:execute("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)"
  .. " VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', " .. quoted(1.7) .. ", '{}')")
if not done then say("error", message) end
-- page: end
say("kept", column("SELECT CAST(count(*) AS TEXT) FROM signals"))

db:close()
environment:close()
say("close", "closed")
io.read("a")  -- the runner looks at the open files now
