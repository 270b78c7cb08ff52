"""Join static/js/kit/*.js into static/js/app.js, so that a page asks for one file and its name can carry a hash.

    python tools/join_js.py         write it
    python tools/join_js.py check   fail when it is not what the sources say

This is no bundler: each source becomes a function scope, its exports an object, in the order of the imports. It reads
only the few forms that the sources use, and refuses any other.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "static" / "js" / "kit"
TARGET = ROOT / "static" / "js" / "app.js"

IMPORT = re.compile(
    r'^import (?:\* as (?P<whole>\w+)|\{ (?P<names>[\w, ]+) \}) from "\./(?P<file>\w+)\.js";\n', re.MULTILINE
)
EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)


def in_order(name: str, seen: list[str]) -> list[str]:
    """The modules that `name` needs, then itself."""
    for needed in IMPORT.finditer((SOURCES / f"{name}.js").read_text()):
        if needed["file"] not in seen:
            in_order(needed["file"], seen)
    seen.append(name)
    return seen


def wrapped(name: str) -> str:
    text = (SOURCES / f"{name}.js").read_text()
    opening = ""
    for found in IMPORT.finditer(text):
        opening += f"const {found['whole'] or '{ ' + found['names'] + ' }'} = kit.{found['file']};\n"
    text = EXPORT.sub(r"const \1", IMPORT.sub("", text)).strip()
    assert "import " not in re.sub(r"//.*", "", text), f"{name}.js has an import in another form"
    exports = ", ".join(EXPORT.findall((SOURCES / f"{name}.js").read_text()))
    return f"kit.{name} = (() => {{\n{opening}{text}\nreturn {{ {exports} }};\n}})();\n"


def joined() -> str:
    head = "// Made by tools/join_js.py from static/js/kit/; edit those.\nconst kit = {};\n\n"
    return head + "\n".join(wrapped(name) for name in in_order("start", []))


def main() -> None:
    if sys.argv[1:] == ["check"]:
        is_fresh = TARGET.read_text() == joined()
        sys.exit(0 if is_fresh else "static/js/app.js is not what its sources say: run tools/join_js.py")
    TARGET.write_text(joined())


if __name__ == "__main__":
    main()
