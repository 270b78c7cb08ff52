from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.scopes import SCOPES
from accounts.services import create_token
from core.exceptions import AnswersMissing


class Command(BaseCommand):
    help = "Make an API token for a person or an integration, and print it. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--scopes", required=True, help=f"separated by blanks: {' '.join(SCOPES)}")
        parser.add_argument("--days", type=int, help="days until it expires; without, it does not")
        parser.add_argument("--networks", default="", help="addresses or networks that may use it, by blanks")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(username__iexact=options["username"]).first()
        if owner is None:
            raise CommandError(f"There is nobody with the user name {options['username']}.")
        try:
            _token, text = create_token(
                owner=owner,
                name=options["name"],
                scopes=options["scopes"].split(),
                allowed_networks=options["networks"].split(),
                expires_at=timezone.now() + timedelta(days=options["days"]) if options["days"] else None,
                actor=None,
            )
        except AnswersMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
