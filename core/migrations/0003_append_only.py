"""Activities are never changed or deleted, and every number series has a sequence."""

from django.db import migrations

SERIES = ("inc", "prb", "chg", "rel", "dep", "req", "tsk")

REFUSE = """
CREATE FUNCTION core_activity_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'core_activity is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_activity_append_only BEFORE UPDATE OR DELETE ON core_activity
  FOR EACH ROW EXECUTE FUNCTION core_activity_refuse();
CREATE TRIGGER core_activity_no_truncate BEFORE TRUNCATE ON core_activity
  FOR EACH STATEMENT EXECUTE FUNCTION core_activity_refuse();
"""

ALLOW = """
DROP TRIGGER core_activity_no_truncate ON core_activity;
DROP TRIGGER core_activity_append_only ON core_activity;
DROP FUNCTION core_activity_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_activity")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *(
            migrations.RunSQL(f"CREATE SEQUENCE core_number_{series}", f"DROP SEQUENCE core_number_{series}")
            for series in SERIES
        ),
    ]
