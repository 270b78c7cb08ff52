"""`./run bench [AREA …]`. It stands apart from the desk of this folder: services, data and logs are in var/bench.

./run sets ITSM_VAR_DIR before this is loaded, so that `itsm.embedded.desk` speaks of the bench's own folder.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

import django

from itsm.bench import comparing, registry, report
from itsm.bench.peers import SOURCE
from itsm.bench.stage import Stage, standing
from itsm.embedded.binaries import ServiceError

DEFAULT_ROWS = 50_000


def main() -> int:
    options = _options()
    if options.compare:
        print(comparing.compared(*options.compare))
        return 0
    if not Path("/proc/self/stat").exists():
        print("./run bench reads what processes use from /proc, which is there on Linux alone.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    try:
        with standing(rows=options.rows, keep=options.keep, seconds=options.seconds, say=_say) as stage:
            os.environ.update(stage.own_environment)
            django.setup()
            registry.load()
            chosen = registry.chosen(options.areas)
            for name in ("filling", "serving"):
                getattr(registry.module("preparing"), name)(stage)
            return _measure(stage, chosen, options)
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def _measure(stage: Stage, chosen: list[registry.Workload], options: argparse.Namespace) -> int:
    results, failed = [], []
    for workload in chosen:
        _say(f"Measuring: {workload.what}.")
        try:
            results += workload.measured(stage)
        except registry.NotHere as reason:
            _say(f"Left out: {workload.what}. {reason}")
        except Exception as error:  # whatever it is, the other figures are worth having
            failed.append(workload.name)
            _say(f"FAILED: {workload.what}. {type(error).__name__}: {error}")
    run = report.Run(rows=stage.rows, at=time.strftime("%FT%TZ", time.gmtime()), results=results)
    print(f"\n{report.table(run)}\n\n{SOURCE}", flush=True)
    if options.json:
        report.write(run, options.json)
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure against the performance budget.")
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(registry.AREAS)}; without one, all")
    parser.add_argument("--rows", type=int, default=DEFAULT_ROWS, metavar="N", help="tickets; 1000000 is the large one")
    parser.add_argument("--seconds", type=float, default=2.0, metavar="S", help="of load per round, three rounds each")
    parser.add_argument("--keep", action="store_true", help="keep the data, and use those of the last run that fit")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures, to be compared later")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"), help="say what moved between two files")
    options = parser.parse_args()
    unknown = set(options.areas) - set(registry.AREAS)
    if unknown:
        parser.error(f"There is no area {', '.join(sorted(unknown))}. There are {', '.join(registry.AREAS)}.")
    if options.rows < 100:
        parser.error("Fewer than 100 tickets tell nothing.")
    return options


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(*_signal: object) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
