#!/usr/bin/env python3
"""Django's commands. `./run manage …` is the same beside the embedded database."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    os.environ.setdefault("ITSM_STATEMENT_TIMEOUT", "0")  # migrations and imports may take their time
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
