#!/usr/bin/python3
"""The wheel: wheel.py TREE FOLDER VERSION TAG EPOCH. TREE/lore is the package, TREE/about what goes beside its metadata."""
import base64
import hashlib
import sys
import time
import zipfile
from pathlib import Path

METADATA = """\
Metadata-Version: 2.1
Name: sqlite-lore
Version: {version}
Summary: A SQLite extension that keeps the state of agents, collectors and monitors
License: MIT
License-File: LICENSE
License-File: NOTICES
Requires-Python: >=3.8
Classifier: License :: OSI Approved :: MIT License
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Database
Description-Content-Type: text/markdown

{readme}"""

WHEEL = """\
Wheel-Version: 1.0
Generator: sqlite-lore
Root-Is-Purelib: false
Tag: {tag}
"""


def contents(tree, version, tag):
    """Path in the wheel -> bytes and mode."""
    about = f"sqlite_lore-{version}.dist-info"
    readme = (Path(__file__).parent / "README.md").read_text()
    files = {f"lore/{path.name}": (path.read_bytes(), 0o755 if path.name == "lore.so" else 0o644)
             for path in sorted((tree / "lore").iterdir())}
    files.update({f"{about}/{path.name}": (path.read_bytes(), 0o644) for path in sorted((tree / "about").iterdir())})
    files[f"{about}/METADATA"] = (METADATA.format(version=version, readme=readme).encode(), 0o644)
    files[f"{about}/WHEEL"] = (WHEEL.format(tag=tag).encode(), 0o644)
    files[f"{about}/RECORD"] = (record(files, about).encode(), 0o644)
    return files


def record(files, about):
    lines = []
    for name, (content, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return "".join(lines) + f"{about}/RECORD,,\n"


def main(tree, folder, version, tag, epoch):
    moment = time.gmtime(max(int(epoch), 315532800))[:6]  # a zip file knows no time before 1980
    with zipfile.ZipFile(Path(folder) / f"sqlite_lore-{version}-{tag}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, (content, mode) in contents(Path(tree), version, tag).items():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode) << 16
            entry.create_system = 3
            wheel.writestr(entry, content)


main(*sys.argv[1:])
