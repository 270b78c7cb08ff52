from django.db import migrations

CREATE = """
CREATE TEXT SEARCH CONFIGURATION evenkeel (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION evenkeel
    ALTER MAPPING FOR word, numword, hword, hword_part, hword_numpart, numhword WITH unaccent, simple;
"""
DROP = "DROP TEXT SEARCH CONFIGURATION evenkeel;"


class Migration(migrations.Migration):
    """One way of reading words, in every language: accents do not matter, nothing is stemmed or left out."""

    dependencies = [("tickets", "0001_initial"), ("core", "0001_extensions")]
    operations = [migrations.RunSQL(CREATE, DROP)]
