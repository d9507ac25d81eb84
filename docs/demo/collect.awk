# collect.awk: the machine's packages, one record each, for the shell's `.import --ascii`.
#
# Fields end with 0x1f and records with 0x1e, so that quotes, commas, tabs and newlines inside a field
# need no care. First input: lines "seconds path" of dpkg's file lists, whose times are those of the
# installations. Second input: dpkg-query's records. What upstream calls itself and where the source
# came from is read from the package's copyright file, where that is in the machine-readable form
# (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
#
# Variables: times = name of the first input, docs = the folder of the copyright files.

BEGIN {
  while ((getline line < times) > 0) {
    seconds = line; sub(/ .*/, "", seconds)
    name = line; sub(/.*\//, "", name); sub(/\.list$/, "", name)
    installed[name] = seconds
  }
  # Text that is not UTF-8 (an old copyright file, a package of some vendor) would be refused. Bytes: run under LC_ALL=C.
  tail = "[\200-\277]"
  utf8 = "^([\001-\177]|[\302-\337]" tail "|[\340-\357]" tail tail "|[\360-\364]" tail tail tail ")*$"
  FS = OFS = "\037"
  RS = ORS = "\036"
}

$2 ~ /^.i/ {                             # only what is installed; $1 is the package, $2 its state
  name = $1; arch = $4
  at = installed[name ":" arch] != "" ? installed[name ":" arch] : installed[name]
  sub(/ *<[^>]*>/, "", $10)              # who maintains it, without the address
  for (i = 1; i <= NF; i++) $i = clean($i)
  read_copyright(docs "/" name "/copyright")
  print name, $3, arch, $5, $6, $7, $8, $9, $10, $11, $12, clean(upstream), origin, at
}

function clean(text) {
  if (text !~ utf8) gsub(/[\200-\377]/, "?", text)
  return text
}

# Sets upstream to the Upstream-Name and origin to the first address in the Source of a copyright file;
# '' when there is none. Only the head of the file, up to the first empty line, is about the whole package.
function read_copyright(file,    line, field, lines) {
  upstream = origin = ""
  RS = "\n"
  while ((getline line < file) > 0 && ++lines < 100) {
    sub(/\r$/, "", line)
    if (lines == 1 && line !~ /^Format/) break
    if (line ~ /^(Files|License):/ || line == "") break
    if (line ~ /^[^ \t]/) { field = tolower(line); sub(/:.*/, "", field) }
    if (field == "upstream-name" && line ~ /^[^ \t]/) {
      upstream = line; sub(/^[^:]*:[ \t]*/, "", upstream)
    }
    if (field == "source" && origin == "" && match(line, /(https?|ftp|git):\/\/[^] \t<>,;)"']+/))
      origin = substr(line, RSTART, RLENGTH)
  }
  close(file)
  RS = "\036"
}
