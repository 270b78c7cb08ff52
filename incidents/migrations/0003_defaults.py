"""The default priority scheme, the desk's rules, and what parents pass down to children."""

from django.db import migrations

CELLS = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (2, 2): 3, (1, 3): 3, (3, 1): 3, (2, 3): 4, (3, 2): 4, (3, 3): 5}
LEVELS = [
    (1, "P1", "Critical", "Many people cannot work, or people may come to harm"),
    (2, "P2", "High", "Many are hindered, or some cannot work"),
    (3, "P3", "Medium", "Some are hindered"),
    (4, "P4", "Low", "Work goes on with some trouble"),
    (5, "P5", "Planning", "Nothing hurries"),
]
RULES = [
    ("in_progress", "", "status"),
    ("on_hold", "supplier", "status"),
    ("on_hold", "problem", "status"),
    ("on_hold", "change", "status"),
    ("on_hold", "requester", "nothing"),
    ("on_hold", "appointment", "nothing"),
    ("on_hold", "evidence", "nothing"),
    ("on_hold", "observing", "nothing"),
    ("resolved", "", "status"),
    ("closed", "", "nothing"),
    ("cancelled", "", "nothing"),
]


def install(apps, schema_editor):
    scheme, _made = apps.get_model("incidents", "PriorityScheme").objects.get_or_create(
        organisation=None, service=None, defaults={"name": "Common scheme"}
    )
    cell, level = apps.get_model("incidents", "PriorityCell"), apps.get_model("incidents", "PriorityLevel")
    for (impact, urgency), priority in CELLS.items():
        cell.objects.get_or_create(scheme=scheme, impact=impact, urgency=urgency, defaults={"priority": priority})
    for priority, code, name, description in LEVELS:
        level.objects.get_or_create(
            scheme=scheme, priority=priority, defaults={"code": code, "name": name, "description": description}
        )
    apps.get_model("incidents", "IncidentPolicy").objects.get_or_create(pk=1)
    rule = apps.get_model("incidents", "PropagationRule")
    for event, hold_reason, passes in RULES:
        rule.objects.get_or_create(event=event, hold_reason=hold_reason, defaults={"passes": passes})


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
