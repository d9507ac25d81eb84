"""Writes what the pages show anew: each sql block of README.md and docs/*.md is run, and the text block below it
becomes its output. Pictures that a page writes into pictures/ go to docs/pictures. `make examples`; then
read the difference before you commit it."""
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_docs import FENCE, PAGES, run_page, workplace  # noqa: E402


def shown(output):
    output = re.sub(r" error near line \d+: ", " error: ", output)
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines())


def rewrite(page, folder):
    outputs = {block.sql: shown(output) for block, output in run_page(page, folder)}
    pieces, end, last = [], 0, None
    text = page.read_text()
    for fence in FENCE.finditer(text):
        kind, body = fence.group(1).strip(), fence.group(2)
        before, end = text[end:fence.start()].strip("\n"), fence.end()
        pieces += [before] if before else []
        if kind == "text" and last is not None:
            continue
        pieces.append(fence.group(0).strip("\n"))
        last = body if kind == "sql" else None
        if outputs.get(last):
            pieces.append(f"```text\n{outputs[last]}\n```")
    page.write_text("\n\n".join(pieces + [text[end:].strip("\n")]).rstrip("\n") + "\n")


for page in PAGES:
    with tempfile.TemporaryDirectory() as folder:
        rewrite(page, workplace(Path(folder)))
        for picture in Path(folder).glob("pictures/*.svg"):
            (page.parent / "pictures" / picture.name).write_bytes(picture.read_bytes())
