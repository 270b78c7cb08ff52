"""Re-create static/vendor/ and the icon sprite from the pinned packages, or check that nobody edited them.

    python tools/vendor.py check    compare every file with the hash in vendor.json (what the test does)
    python tools/vendor.py fetch    `npm pack` what is pinned below and write everything anew
    python tools/vendor.py icons    write the sprite anew after adding a name to static/icons/icons.txt

Packages come through the ordinary npm client with its own settings; no address stands here.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "static" / "icons"
CACHE = ROOT / "var" / "npm"
MANIFEST = VENDOR / "vendor.json"

# package: (version, licence, {file in the package: file under static/vendor/})
PACKAGES: dict[str, tuple[str, str, dict[str, str]]] = {
    "htmx.org": ("4.0.1", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    "@tabler/core": ("1.6.1", "MIT", {"dist/css/tabler.min.css": "tabler.reduced.css"}),
    "tom-select": (
        "2.6.2",
        "Apache-2.0",
        {"dist/js/tom-select.popular.min.js": "tom-select.min.js", "LICENSE": "tom-select.LICENSE.txt"},
    ),
    "echarts": (
        "6.1.0",
        "Apache-2.0",
        {
            "dist/echarts.common.min.js": "echarts.common.min.js",
            "LICENSE": "echarts.LICENSE.txt",
            "NOTICE": "echarts.NOTICE.txt",
        },
    ),
    "@tabler/icons": ("3.51.0", "MIT", {"LICENSE": "tabler-icons.LICENSE.txt"}),
}

# What we take of Tabler: its reset, its grid and its utilities for display, flex, space and text.
# Components and colours are ours (static/css/evenkeel.css), so that a page carries 10 KB of it and not 79.
KEPT_CLASSES = re.compile(
    r"""^(
        container(-fluid|-tight|-narrow)? | row(-cols-\w+)? | col(-(sm|md|lg|xl))?(-(auto|\d+))? | offset-\d+
      | g[xy]?-\d
      | d-(sm-|md-|lg-|xl-|print-)?(none|block|inline|inline-block|flex|inline-flex|grid)
      | flex-(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01]) | (row-|column-)?gap-\d
      | justify-content-\w+ | align-(items|self|content)-\w+ | order-(first|last)
      | [mp][tbsexy]?-(auto|\d) | w-(100|auto|50|25|75) | h-(100|auto)
      | text-(start|end|center|nowrap|wrap|break|truncate|lowercase|decoration-none)
      | fw-(normal|medium|bold|semibold) | overflow-(auto|hidden) | position-(relative|absolute|sticky|static)
      | float-(start|end) | visually-hidden(-focusable)? | invisible | list-unstyled | ratio(-\w+)?
    )$""",
    re.VERBOSE,
)


def packed(package: str, version: str) -> Path:
    """The package's archive, packed by npm once and kept in var/."""
    CACHE.mkdir(parents=True, exist_ok=True)
    archive = CACHE / f"{package.strip('@').replace('/', '-')}-{version}.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=CACHE, check=True)
    return archive


def member(archive: Path, path: str) -> str:
    """One text file out of a package; ends in a newline and names no source map that we do not ship."""
    with tarfile.open(archive) as tar:
        stream = tar.extractfile(f"package/{path}")
        assert stream is not None, f"{archive.name} has no {path}"
        text = stream.read().decode("utf-8")
    return re.sub(r"(//|/\*)# sourceMappingURL=\S*( ?\*/)?", "", text).rstrip() + "\n"


def css_rules(css: str) -> Iterator[tuple[str, str]]:
    """Top-level (prelude, body) pairs of minified CSS."""
    at = 0
    while (brace := css.find("{", at)) != -1:
        depth, end = 1, brace + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        prelude = css[at:brace].rsplit(";", 1)[-1].strip()
        yield prelude, css[brace + 1 : end - 1]
        at = end


def is_kept(selector: str) -> bool:
    """A selector is kept when it speaks of elements only, or of classes that we use."""
    if "data-bs-theme" in selector or ":root" in selector or "[" in selector or ":host" in selector:
        return False
    classes = re.findall(r"\.((?:\\.|[\w-])+)", selector)
    if classes:
        return all(KEPT_CLASSES.match(name) for name in classes)
    return "#" not in selector


def reduced(css: str) -> str:
    """The rules we keep, inside a layer, so that any rule of ours wins without counting specificity."""
    kept = []
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for prelude, body in css_rules(css):
        if prelude.startswith("@media"):
            inner = "".join(f"{p}{{{b}}}" for p, b in _filtered(css_rules(body)))
            if inner:
                kept.append(f"{prelude}{{{inner}}}")
        elif not prelude.startswith("@"):
            kept += [f"{p}{{{b}}}" for p, b in _filtered([(prelude, body)])]
    notice = "/* Tabler 1.6.1, MIT, (c) The Tabler Authors; reduced by tools/vendor.py to reset, grid and utilities. */"
    return f"{notice}\n@layer tabler{{\n" + "\n".join(kept) + "\n}\n"


def _filtered(rules: "Iterator[tuple[str, str]] | list[tuple[str, str]]") -> Iterator[tuple[str, str]]:
    for prelude, body in rules:
        selectors = [part for part in _split(prelude) if is_kept(part)]
        if selectors:
            yield ",".join(selectors), body


def _split(prelude: str) -> list[str]:
    """Split at the commas that stand outside brackets."""
    return re.split(r",(?![^(]*\))", prelude)


def write_sprite() -> None:
    """One <symbol> for each name in icons.txt, in that order."""
    version = PACKAGES["@tabler/icons"][0]
    names = [line.strip() for line in (ICONS / "icons.txt").read_text().splitlines()]
    names = sorted({name for name in names if name and not name.startswith("#")})
    symbols = []
    with tarfile.open(packed("@tabler/icons", version)) as tar:
        for name in names:
            stream = tar.extractfile(f"package/icons/outline/{name}.svg")
            assert stream is not None
            svg = stream.read().decode()
            inner = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
            inner = re.sub(r'<path stroke="none"[^>]*/>', "", inner)
            inner = re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>")
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT; made by tools/vendor.py from icons.txt -->'
    (ICONS / "sprite.svg").write_text("\n".join([head, *symbols, "</svg>"]) + "\n")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest() -> None:
    packages = []
    for package, (version, licence, files) in PACKAGES.items():
        hashes = {name: digest(VENDOR / name) for name in files.values()}
        if package == "@tabler/icons":
            hashes["../icons/sprite.svg"] = digest(ICONS / "sprite.svg")
        packages.append({"package": package, "version": version, "licence": licence, "sha256": hashes})
    MANIFEST.write_text(json.dumps(packages, indent=2) + "\n")


def fetch() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for package, (version, _, files) in PACKAGES.items():
        for source, target in files.items():
            text = member(packed(package, version), source)
            (VENDOR / target).write_text(reduced(text) if target == "tabler.reduced.css" else text)
    icons()


def icons() -> None:
    write_sprite()
    write_manifest()


def differences() -> list[str]:
    """What on disk is not what vendor.json promises; empty when all is well."""
    found = []
    promised = set()
    for entry in json.loads(MANIFEST.read_text()):
        for name, sha256 in entry["sha256"].items():
            path = (VENDOR / name).resolve()
            promised.add(path)
            if not path.exists():
                found.append(f"{name} is missing")
            elif digest(path) != sha256:
                found.append(f"{name} is not the file that vendor.json describes")
    for path in VENDOR.iterdir():
        if path.resolve() not in promised and path != MANIFEST:
            found.append(f"{path.name} is in no package of vendor.json")
    return found


def check() -> None:
    found = differences()
    print("\n".join(found) or "Every vendored file is as vendor.json describes it.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    {"fetch": fetch, "icons": icons, "check": check}[sys.argv[1] if len(sys.argv) > 1 else "check"]()
