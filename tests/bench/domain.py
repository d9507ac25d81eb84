#!/usr/bin/python3
"""canonical_key('domain', url) against the same rules in Python, a call, on the homepages of this machine's packages.

domain.py lore.so

Ours is measured inside SQLite: SELECT sum(length(canonical_key('domain', url))), less the same with length(url),
over the same rows. Python's is a loop over a list, less an empty loop. A line that starts with "= " is a row of
the table of verdicts.
"""
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

ROUNDS = 7
PYTHON_CALLS = 20_000
OUR_CALLS = 200_000
ASKED = 10
LISTS = ("/usr/share/publicsuffix/public_suffix_list.dat", "/usr/share/publicsuffix/effective_tld_names.dat")
VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors", "canonical_key.json")

PLATFORMS = set("""github.com gitlab.com bitbucket.org sourceforge.net codeberg.org launchpad.net linkedin.com twitter.com
    x.com facebook.com instagram.com youtube.com medium.com crunchbase.com pitchbook.com producthunt.com
    wikipedia.org""".split())
HOSTS_WITHOUT_KEY = set("""sites.google.com docs.google.com drive.google.com groups.google.com play.google.com
    apps.apple.com""".split())
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*\Z")
LABELS = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+\Z")
BREAKS = str.maketrans("", "", "\t\r\n")
BACKSLASH = str.maketrans("\\", "/")


# ---- The rules in Python ----

def read_suffixes():
    """The public suffix list as {rule: kind}, and where it came from."""
    path = next((path for path in LISTS if os.path.exists(path)), None)
    rules = {}
    lines = open(path, encoding="utf-8") if path else ["com", "org", "net", "io", "ai", "de", "uk", "co.uk", "github.io"]
    for line in lines:
        rule = line.strip()
        if not rule or rule.startswith("//"):
            continue
        kind = "!" if rule[0] == "!" else "*" if rule[:2] == "*." else "="
        name = rule.lstrip("!*.")
        rules.setdefault(name if name.isascii() else name.encode("idna").decode(), set()).add(kind)
    return rules, path or "nine suffixes (the package publicsuffix is not installed)"


def registrable(host, rules):
    """What somebody has registered of a host; None when the host is itself a public suffix."""
    labels = host.split(".")
    suffix = 1  # labels; the rule * for unknown suffixes
    for i in range(len(labels)):
        kinds = rules.get(".".join(labels[i:]))
        if kinds is None:
            continue
        length = len(labels) - i
        if "!" in kinds:
            suffix = length - 1
            break
        if "*" in kinds and i > 0:
            suffix = length + 1
            break
        if "=" in kinds:
            suffix = length
            break
    return ".".join(labels[-suffix - 1:]) if len(labels) > suffix else None


def host_of(url):
    """Host and the rest behind it of a URL as people write it; None when it has none."""
    text = str(url).strip().translate(BREAKS)
    scheme, mark, rest = text.partition("://")
    if mark:
        if not SCHEME.match(scheme):
            return None
        text = rest
    elif text.startswith("//"):
        text = text[2:]
    try:
        parts = urlsplit("//" + text.translate(BACKSLASH))
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2].partition(":")[0].strip().lstrip(".")
    if host.endswith("."):
        host = host[:-1]
    return None if not host or host[0] == "[" else (host, parts.path)


def domain_key(url, rules):
    """The rules of docs/keys.md for a domain."""
    found = host_of(url)
    if found is None:
        return None
    host, path = found
    if host.isascii():
        host = host.lower()
    else:
        try:
            host = host.encode("idna").decode().lower()
        except UnicodeError:
            return None
    if len(host) > 253 or not LABELS.match(host) or host.rpartition(".")[2].isdigit() or host in HOSTS_WITHOUT_KEY:
        return None
    domain = registrable(host, rules)
    if domain is None or (domain in PLATFORMS and path.strip("/")):
        return None
    return "domain:" + domain


# ---- Measuring ----

def homepages():
    """The homepages of the installed packages, each once (urlsplit remembers what it has just seen); else the vectors."""
    try:
        listed = subprocess.run(["dpkg-query", "-W", "-f", "${Homepage}\n"], capture_output=True, text=True, check=True).stdout
        urls = sorted({line for line in listed.splitlines() if line})
        if len(urls) >= 100:
            return urls, "homepages of the installed packages"
    except (OSError, subprocess.CalledProcessError):
        pass
    with open(VECTORS, encoding="utf-8") as file:
        return [str(v["value"]) for v in json.load(file) if v.get("kind") == "domain" and v["key"]], "URLs of the vectors"


def renamed(urls, count):
    """As many URLs with hosts that nobody has seen: the first label of each host gets a number."""
    return [re.sub(r"//([^/.]+)", rf"//\g<1>{n}", urls[n % len(urls)], count=1) for n in range(count)]


def cpu(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def python_seconds(urls, rules):
    times = max(1, PYTHON_CALLS // len(urls))

    def call():
        for _ in range(times):
            for url in urls:
                domain_key(url, rules)

    def nothing():
        for _ in range(times):
            for url in urls:
                pass

    return (cpu(call) - cpu(nothing)) / (times * len(urls))


def our_seconds(db, count, calls=OUR_CALLS):
    times = max(1, calls // count)
    sql = "SELECT sum(length(%s)) FROM urls, (WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n)"
    call = cpu(lambda: db.execute(sql % "canonical_key('domain', url)", (times,)).fetchone())
    nothing = cpu(lambda: db.execute(sql % "url", (times,)).fetchone())
    return (call - nothing) / (times * count)


def our_seconds_from_python(db, urls):
    def call():
        for url in urls:
            db.execute("SELECT canonical_key('domain', ?)", (url,)).fetchone()

    return cpu(call) / len(urls)


def database(urls):
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(sys.argv[1])
    db.execute("CREATE TABLE urls(url TEXT)")
    db.executemany("INSERT INTO urls VALUES (?)", [(url,) for url in urls])
    return db


def main():
    rules, source = read_suffixes()
    urls, origin = homepages()
    strangers = renamed(urls, PYTHON_CALLS)
    db, other = database(urls), database(strangers)

    ours = [row[0] for row in db.execute("SELECT canonical_key('domain', url) FROM urls ORDER BY rowid")]
    differ = [(url, key, domain_key(url, rules)) for url, key in zip(urls, ours) if key != domain_key(url, rules)]
    rounds = [(python_seconds(urls, rules), our_seconds(db, len(urls)), our_seconds_from_python(db, urls)) for _ in range(ROUNDS)]
    ratio = statistics.median(python / inside for python, inside, _ in rounds)
    new_hosts = statistics.median(python_seconds(strangers, rules) / our_seconds(other, PYTHON_CALLS, PYTHON_CALLS) for _ in range(3))
    by_python = statistics.median(python / outside for python, _, outside in rounds)

    print(f"\ncanonical_key('domain', url), {len(urls)} {origin}; suffixes of Python: {source}")
    for name, column in (("Python: urllib, suffix list in a dict", 0), ("ours, a call inside SQLite", 1),
                         ("ours, one SELECT a call from Python", 2)):
        print(f"  {name:<46} {statistics.median(r[column] for r in rounds) * 1e6:6.2f} us")
    print(f"  Python / ours: {ratio:.1f} a call; {by_python:.1f} when Python runs a SELECT for each")
    print(f"  Python / ours when each host is met for the first time ({PYTHON_CALLS} made from these): {new_hosts:.1f}")
    print(f"  the two differ on {len(differ)} of {len(urls)}" + "".join(f"\n    {d}" for d in differ[:5]))
    verdict = "met" if ratio >= ASKED else "MISSED"
    print(f"= canonical_key('domain', url) against the same rules in Python | at least {ASKED} x as fast | {ratio:.1f} x | {verdict}")


if __name__ == "__main__":
    main()
