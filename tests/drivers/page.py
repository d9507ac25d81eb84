"""Writes what is made into docs/drivers.md: the snippets are the regions of the scenarios between `page: begin` and `page: end`,
the table and the errors are what the drivers said."""
import re
import textwrap

from drivers.table import HERE

SNIPPET = re.compile(r"^(<!-- tests/drivers/(\S+) -->\n\n```\w+\n).*?(^```)$", re.M | re.S)
REGION = re.compile(r"^[^\n]*page: begin\n(.*?)^[^\n]*page: end$", re.M | re.S)


def snippet(source):
    """The regions of a scenario, as one text."""
    regions = REGION.findall((HERE / source).read_text())
    return "\n\n".join(textwrap.dedent(region).strip("\n") for region in regions) + "\n"


def with_snippets(text):
    return SNIPPET.sub(lambda found: found.group(1) + snippet(found.group(2)) + found.group(3), text)


def table(results):
    rows = ["| driver | package | SQLite | all read | none read | code of the error | result |", "|---|---|---|---|---|---|---|"]
    for driver, result in results.items():
        steps = result.steps
        rows.append(f"| {driver.name} | {driver.package()} | {steps['sqlite']} | {steps['read']} | {steps.get('unread', '')} |"
                    f" {steps.get('code', '')} | passed |")
    return "\n".join(rows) + "\n"


def errors(results):
    lines = [f"{driver.name:18}  {result.steps['error']}" for driver, result in results.items()]
    return "\n".join(["", "```text", *lines, "```", "", ""])


def with_results(text, results):
    """The results of all drivers, none of which has failed."""
    for name, made in (("table", table(results)), ("errors", errors(results))):
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        head, _, rest = text.partition(begin)
        text = head + begin + made + end + rest.partition(end)[2]
    return text
