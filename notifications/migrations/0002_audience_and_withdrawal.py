from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            "notification",
            "audience",
            models.CharField(
                choices=[("requester", "Requester"), ("internal", "Internal"), ("supplier", "Supplier")],
                db_default="internal",
                default="internal",
                max_length=10,
            ),
        ),
        migrations.AddField("mail", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.RemoveIndex("mail", "mail_due"),
        migrations.AddIndex(
            "mail",
            models.Index(
                condition=models.Q(
                    ("failed_at__isnull", True), ("sent_at__isnull", True), ("withdrawn_at__isnull", True)
                ),
                fields=["next_at"],
                name="mail_to_send",
            ),
        ),
        migrations.AddIndex(
            "mail",
            models.Index(condition=models.Q(("failed_at__isnull", False)), fields=["failed_at"], name="mail_dead"),
        ),
    ]
