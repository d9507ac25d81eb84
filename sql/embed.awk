# Turns sql/ into C: `awk -f embed.awk -v part=(header|statements|schema) files…`
#
# A statement begins at `-- :name signal_insert` and is SQL_<NAME>; a line `-- :vtab` lets a query use virtual
# tables. Writes may always: a trigger of the application may use one. Tables are written `main.name`. A migration is a file schema/<subsystem>/NNN_name.sql: `-- needs: a b` (subsystems), then an
# `-- up` and a `-- down` part. Comments and indents stay behind.

function quote(text){
  gsub(/\\/, "\\\\\\\\", text)
  gsub(/"/, "\\\\\"", text)
  gsub(/\?/, "\\\\?", text)
  return "\"" text "\\n\""
}

function fail(message){
  print message > "/dev/stderr"
  failed = 1
  exit 1
}

function endStatement(){
  if( name!="" && part=="statements" ) printf "%s, (int)sizeof(\n%s) - 1, %d, %d },\n", text, text, vtab || text ~ /^"[ ]*(INSERT|UPDATE|DELETE) /, file ~ /\/engine\.sql$/
  name = ""
}

function add(list, name){
  return list (list=="" ? "" : "|") name
}

function endMigration(){
  if( file!="" && part=="schema" ){
    if( up=="" || down=="" ) fail(file ": a migration has an -- up and a -- down part")
    printf "  { \"%s\", %d, \"%s\", \"%s\", \"%s\", \"%s\",\n%s,\n%s },\n", subsystem, version, title, needs, tables, views, up, down
  }
}

BEGIN {
  if( part=="header" ){
    print "/* Made from sql/ by the build. */\n#ifndef LORE_STATEMENTS_H\n#define LORE_STATEMENTS_H\n"
    print "typedef enum LoreSql {\n  SQL_NONE,"
  }else if( part=="statements" ){
    print "#include \"statements.h\"\n\nconst LoreSqlText kLoreSql[] = {\n  { \"\", 0, 0, 0 },"
  }else{
    print "#include \"statements.h\"\n\nconst LoreMigration kLoreMigrations[] = {"
  }
}

FNR==1 && FILENAME!=file {
  endStatement()
  endMigration()
  file = FILENAME
  section = ""
  up = down = needs = tables = views = ""
  pieces = split(FILENAME, path, "/")
  if( FILENAME ~ /schema\// ) migrations++
  if( part=="schema" ){
    subsystem = path[pieces - 1]
    version = substr(path[pieces], 1, 3) + 0
    title = substr(path[pieces], 5)
    sub(/\.sql$/, "", title)
  }
}

{ sub(/\r$/, "") }

/^-- :name / {
  endStatement()
  name = $3
  text = ""
  vtab = 0
  if( name in seen ) fail(FILENAME ":" FNR ": statement " name " is there twice")
  seen[name] = 1
  if( part=="header" ) print "  SQL_" toupper(name) ","
  if( part=="statements" ) printf "  { "
  next
}
/^-- :vtab/ { vtab = 1; next }
/^-- needs:/ { needs = substr($0, 11); gsub(/^ +| +$/, "", needs); gsub(/ +/, "|", needs); next }
/^-- up/ { section = "up"; next }
/^-- down/ { section = "down"; next }
/^[ ]*--/ || /^[ ]*$/ { next }

part=="schema" {
  sub(/[ ]+-- .*$/, "")
  if( section=="up" && match($0, /^CREATE (TABLE|VIEW) (IF NOT EXISTS )?main\.[a-z0-9_]+/) ){
    made = substr($0, 1, RLENGTH)
    sub(/.*main\./, "", made)
    if( $2=="TABLE" ) tables = add(tables, made)
    else views = add(views, made)
  }
  if( section=="up" ) up = up (up=="" ? "" : "\n") "    " quote($0)
  else if( section=="down" ) down = down (down=="" ? "" : "\n") "    " quote($0)
  else fail(FILENAME ":" FNR ": SQL outside an -- up or -- down part")
  next
}
name!="" {
  if( $0 ~ /(INSERT INTO|DELETE FROM|UPDATE) +[a-z_]+/ && $0 !~ /(INSERT INTO|DELETE FROM|UPDATE) +main\./ && $0 !~ /DO UPDATE SET/ ){
    fail(FILENAME ":" FNR ": statement " name " writes a table without main.")
  }
  sub(/^[ ]+/, " ")
  sub(/[ ]+-- .*$/, "")
  text = text (text=="" ? "" : "\n    ") quote($0)
}

END {
  if( failed ) exit 1
  endStatement()
  endMigration()
  if( part=="header" ){
    print "  SQL_COUNT\n} LoreSql;\n"
    print "typedef struct LoreSqlText {\n  const char *text;\n  int length;\n  int uses_virtual_tables;\n  int is_engine; /* of sql/statements/engine.sql: needs no migration */\n} LoreSqlText;\n"
    print "typedef struct LoreMigration {\n  const char *subsystem;\n  int version;\n  const char *name;"
    print "  const char *needs; /* subsystems: \"a|b\" */\n  const char *tables, *views; /* that it makes, likewise */\n  const char *up;\n  const char *down;\n} LoreMigration;\n"
    print "extern const LoreSqlText kLoreSql[]; /* SQL_COUNT of them */"
    print "enum { LORE_MIGRATION_COUNT = " migrations " };\n"
    print "extern const LoreMigration kLoreMigrations[]; /* LORE_MIGRATION_COUNT of them */\n\n#endif"
  }else{
    print "};"
  }
}
