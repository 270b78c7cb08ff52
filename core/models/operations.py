from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BackupQuerySet(models.QuerySet["Backup"]):
    def good(self) -> "BackupQuerySet":
        return self.filter(finished_at__isnull=False, error="")

    def kept(self) -> "BackupQuerySet":
        """Those whose archive has not been pruned."""
        return self.good().filter(pruned_at__isnull=True)


class Backup(models.Model):
    """One attempt to put the whole desk into an archive, and what a test of restoring it measured."""

    started_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)
    name = models.CharField(_("archive"), max_length=100, blank=True)
    size = models.BigIntegerField(_("size in bytes"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    error = models.TextField(_("error"), blank=True)
    pruned_at = models.DateTimeField(_("deleted by the retention rule"), null=True)
    restore_tested_at = models.DateTimeField(_("restore tested"), null=True)
    restore_error = models.TextField(_("error of the restore test"), blank=True)
    rpo_seconds = models.PositiveIntegerField(
        _("recovery point"), null=True, help_text=_("Seconds of work that a loss just before it would have cost.")
    )
    rto_seconds = models.FloatField(
        _("recovery time"), null=True, help_text=_("Seconds that restoring it into an empty database took.")
    )

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["-started_at"], name="backup_started")]

    def __str__(self) -> str:
        return self.name or f"backup of {self.started_at}"
