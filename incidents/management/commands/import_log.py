"""`./run import incident-log FILE`: take in another system's incidents with their history."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from incidents.importing import mapping as mappings
from incidents.importing.loading import Import, ImportBusy
from incidents.importing.mapping import MappingError
from incidents.importing.progress import Progress
from incidents.importing.reading import LogError
from incidents.importing.report import Details, Report, summary


class Command(BaseCommand):
    help = (
        "Take in the event log of another system: incidents with their history, people, teams, categories, locations."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["incident-log"], help="what the file is")
        parser.add_argument("file", type=Path, help="the log: CSV, plain or packed as .xz or .gz")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument("--mapping", type=Path, default=mappings.DEFAULT, help="which column means what (TOML)")
        parser.add_argument("--time-zone", help="of dates that name none, such as Europe/Lisbon; else the mapping's")
        parser.add_argument("--report", type=Path, help="write every line that needs a look to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = mappings.load(options["mapping"], time_zone=options["time_zone"])
            report = Report(details=Details(options["report"]) if options["report"] else None)
        except (MappingError, OSError) as error:
            raise CommandError(str(error)) from error
        run = Import(options["file"], mapping, report, dry_run=options["dry_run"])
        try:
            total = run.survey()
            self._tell(_("%(path)s: %(n)s lines.") % {"path": options["file"], "n": f"{total:,}"} + "\n")
            progress = Progress(self._tell, total=total, is_terminal=self.stderr.isatty())
            run.run(progress.at)
            progress.done(report.lines, report.new + report.there)
        except (LogError, MappingError, ImportBusy) as error:
            raise CommandError(_stopped(report, str(error))) from error
        except OperationalError as error:
            raise CommandError(_stopped(report, _("The database went away: %(why)s") % {"why": error})) from error
        except KeyboardInterrupt:
            raise CommandError(_stopped(report, _("Stopped."))) from None
        finally:
            if report.details:
                report.details.file.close()
        for line in summary(report, dry_run=options["dry_run"]):
            self.stdout.write(line)

    def _tell(self, text: str) -> None:
        """Progress is no error, and its line is not over."""
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()


def _stopped(report: Report, why: str) -> str:
    """Why it stopped, and that what is in is whole."""
    if not report.new:
        return why
    return _("%(why)s\n%(n)s incidents went in whole before that. Run it again: it goes on with the rest.") % {
        "why": why,
        "n": f"{report.new:,}",
    }
