"""Compare docs/openapi.yaml with what the code describes; `--write` brings it up to date."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "openapi.yaml"


def described() -> str:
    """The OpenAPI document of the code, as YAML. Warnings of its making go to the standard error stream."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings_test")
    import django

    django.setup()
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiYamlRenderer

    schema = SchemaGenerator().get_schema(request=None, public=True)
    return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def main() -> int:
    now = described()
    if "--write" in sys.argv:
        DOCUMENT.write_text(now)
        print(f"Wrote {DOCUMENT.relative_to(ROOT)}.")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text() == now:
        return 0
    print(
        "docs/openapi.yaml is not what the code describes."
        " Bring it up to date: .venv/bin/python tools/check_openapi.py --write"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
