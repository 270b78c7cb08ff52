"""The settings of the tests: the product's own, with what only slows a test down taken out."""

import os

os.environ.setdefault("ITSM_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
os.environ.setdefault("ITSM_HTTPS", "0")
os.environ.setdefault("ITSM_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("ITSM_LOG_LEVEL", "ERROR")
os.environ.setdefault("ITSM_LOG_JSON", "0")

from itsm.settings import *  # noqa: F403
from itsm.settings import CACHES, DATABASES, INSTALLED_APPS, STORAGES

TESTING = True
INSTALLED_APPS.append("django_migration_linter")  # its command is one of the checks
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo"],
    # Nobody runs an older version yet, so no table is large or in use while these run, and nobody still reads a column
    # that is dropped. From 0.2 on all rules count.
    "exclude_migration_tests": ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "ADD_UNIQUE", "NOT_NULL", "DROP_COLUMN"],
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Two workers share one server, and must not read each other's cache.
CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "alone")
