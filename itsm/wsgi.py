"""What a web server runs. A page that needs more than five seconds of one statement is ended, not waited for."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
os.environ.setdefault("ITSM_STATEMENT_TIMEOUT", "5")

application = get_wsgi_application()
