"""The classes and relationships that every desk begins with; administrators add their own."""

from django.db import migrations

CLASSES = [
    ("service", "Service", None, "layers-linked"),
    ("application", "Application", None, "box"),
    ("software", "Software", "application", "box"),
    ("database", "Database", "application", "database"),
    ("server", "Server", None, "server"),
    ("virtual-machine", "Virtual machine", "server", "server"),
    ("cluster", "Cluster", None, "server"),
    ("storage", "Storage", None, "database"),
    ("network-device", "Network device", None, "network"),
    ("circuit", "Circuit", None, "network"),
    ("workplace", "Workplace device", None, "device-desktop"),
    ("printer", "Printer", "workplace", "printer"),
]
TYPES = [
    ("depends-on", "depends on", "is needed by", "backward"),
    ("runs-on", "runs on", "hosts", "backward"),
    ("connected-to", "is connected to", "is connected to", "none"),
    ("part-of", "is part of", "consists of", "forward"),
    ("fails-over-to", "fails over to", "stands in for", "none"),
    ("backed-up-by", "is backed up by", "backs up", "none"),
]


def install(apps, schema_editor):
    ci_class = apps.get_model("cmdb", "CiClass")
    made = {}
    for key, name, parent, icon in CLASSES:
        above = made.get(parent)
        node, is_new = ci_class.objects.get_or_create(key=key, defaults={"name": name, "icon": icon, "parent": above})
        if is_new:
            node.path = f"{above.path if above else '/'}{node.pk}/"
            node.save(update_fields=["path"])
        made[key] = node
    relationship_type = apps.get_model("cmdb", "RelationshipType")
    for key, name, reverse_name, impact in TYPES:
        relationship_type.objects.get_or_create(
            key=key, defaults={"name": name, "reverse_name": reverse_name, "impact": impact}
        )


class Migration(migrations.Migration):
    dependencies = [("cmdb", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
