"""The floor: a Django of its own with the desk's models, and views that do nothing but the least. For comparison."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "itsm.bench.bare_settings"
os.environ.setdefault("ITSM_STATEMENT_TIMEOUT", "5")
os.environ.setdefault("ITSM_PARALLEL_PLANS", "off")

application = get_wsgi_application()
