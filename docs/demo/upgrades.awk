# upgrades.awk: what `apt-get --simulate upgrade` would install, one line each for docs/demo/run's findings, in tabs:
# package, upgrade, (no days), the package, the installed version, the one to be had, where from.
#
#   Inst jq [1.6-2.1] (1.6-2.1+deb12u3 Debian-Security:12/oldstable-security [amd64])
#
# A line without an installed version is of a package that would be new.

BEGIN { OFS = "\t" }

$1 == "Inst" && $3 ~ /^\[.*\]$/ && $4 ~ /^\(/ {
  origin = $0
  sub(/^[^(]*\([^ ]* /, "", origin)
  sub(/ \[[^]]*\]\).*$/, "", origin)
  print "package", "upgrade", "", $2, substr($3, 2, length($3) - 2), substr($4, 2), origin
}
