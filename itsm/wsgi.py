"""What a web server runs. A page that needs more than five seconds of one statement is ended, not waited for.

One process answers each statement: starting more costs a page that reads little more than they save, and many people
ask at once.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
os.environ.setdefault("ITSM_STATEMENT_TIMEOUT", "5")
os.environ.setdefault("ITSM_PARALLEL_PLANS", "off")

application = get_wsgi_application()
