"""The desk's settings without what a request passes through."""

from itsm.settings import *  # noqa: F403 - all of them, but for these two

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # says how long an answer is
    "allauth.account.middleware.AccountMiddleware",  # allauth does not start without it
]
ROOT_URLCONF = "itsm.bench.bare_views"
