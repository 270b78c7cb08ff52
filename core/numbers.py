"""Record numbers such as `INC0000123`, from PostgreSQL sequences: unique and rising, not gapless."""

from django.db import connection

SERIES = ("INC", "PRB", "CHG", "REL", "DEP", "REQ", "TSK")
DIGITS = 7


def sequence(series: str) -> str:
    """The name of a series' sequence; an unknown series is a `ValueError`."""
    if series not in SERIES:
        raise ValueError(f"There is no number series {series!r}.")
    return f"core_number_{series.lower()}"


def written(series: str, value: int) -> str:
    return f"{series}{value:0{DIGITS}d}"


def next_number(series: str) -> str:
    """Take the next number of a series."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, count: int) -> list[str]:
    """Take `count` numbers of a series in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence(series), count])
        return [written(series, value) for (value,) in cursor.fetchall()]
