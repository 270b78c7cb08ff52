"""What an asynchronous web server runs; the same as in wsgi.py."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
os.environ.setdefault("ITSM_STATEMENT_TIMEOUT", "5")
os.environ.setdefault("ITSM_PARALLEL_PLANS", "off")

application = get_asgi_application()
