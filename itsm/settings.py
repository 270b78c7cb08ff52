"""Every setting of the desk. What differs per installation is read from the environment; the defaults are a
production's."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from itsm import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("ITSM_VAR_DIR") or BASE_DIR / "var")

# What kind of desk this is
DEBUG = environment.flag("ITSM_DEBUG")
EMBEDDED = environment.flag("ITSM_EMBEDDED")  # set by ./run: on one machine, at http://127.0.0.1
DEMO = environment.flag("ITSM_DEMO")  # the sign-in page offers one click per role: never where data are real
TESTING = False
HTTPS = environment.flag("ITSM_HTTPS", default=not (DEBUG or EMBEDDED))
VERSION = "0.1.0"

# Keys and addresses
SECRET_KEY_FILE = VAR_DIR / "secret_key" if EMBEDDED and not environment.text("ITSM_SECRET_KEY") else None
SECRET_KEY = environment.secret_key(SECRET_KEY_FILE)
SECRET_KEY_FALLBACKS = environment.words("ITSM_OLD_SECRET_KEYS")
ALLOWED_HOSTS = environment.words("ITSM_ALLOWED_HOSTS", ("127.0.0.1", "localhost") if EMBEDDED or DEBUG else ())
CSRF_TRUSTED_ORIGINS = environment.words("ITSM_TRUSTED_ORIGINS")
PUBLIC_URL = environment.text("ITSM_PUBLIC_URL", "http://127.0.0.1:8000")  # how mails and webhooks name the desk

# Parts
INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "accounts.apps.AccountsConfig",
    "notifications.apps.NotificationsConfig",
    "cmdb.apps.CmdbConfig",
    "tickets.apps.TicketsConfig",
    "incidents.apps.IncidentsConfig",
    "metrics.apps.MetricsConfig",
    "demo.apps.DemoConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "template_partials",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ContextMiddleware",
    "core.middleware.NoNulMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "itsm.urls"
WSGI_APPLICATION = "itsm.wsgi.application"
ASGI_APPLICATION = "itsm.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tickets.shell.shell",
                "notifications.context.unread",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")  # so that our templates come before the form widgets' own

# PostgreSQL. wsgi.py gives a statement 5 s and one process, manage.py no limit; workers have what stands here.
DATABASE_URL = environment.text("DATABASE_URL", "postgresql:///evenkeel")
STATEMENT_TIMEOUT = environment.number("ITSM_STATEMENT_TIMEOUT", 60)
PARALLEL_PLANS = environment.flag("ITSM_PARALLEL_PLANS", default=True)
DATABASES = {
    "default": environment.database(DATABASE_URL, statement_timeout=STATEMENT_TIMEOUT, in_parallel=PARALLEL_PLANS)
}
POSTGRES_TOOLS = environment.text("ITSM_PG_TOOLS")  # the folder of pg_dump and pg_restore; else they are on the path
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis (or Valkey): broker and cache. Neither is needed to sign in or to read a page.
REDIS_URL = environment.text("REDIS_URL", "redis://127.0.0.1:6379")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": environment.redis_location(REDIS_URL, database=1),
        "TIMEOUT": 300,
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.3, "SOCKET_TIMEOUT": 0.3},
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# Celery. The schedule stands in itsm/celery.py.
BROKER_LOCATION = environment.redis_location(REDIS_URL, database=0)  # the same, as a redis client reads it
CELERY_BROKER_URL = environment.broker_location(REDIS_URL, database=0)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600  # seconds, unless a task says otherwise; a soft limit is each task's own
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")

# People and sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come from the directory or an administrator, who vouch for the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Evenkeel: "
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "reset_password": "accounts.forms.sign_in.ResetForm",
    "reset_password_from_key": "accounts.forms.sign_in.NewPasswordForm",
    "set_password": "accounts.forms.sign_in.FirstPasswordForm",
    "change_password": "accounts.forms.sign_in.ChangedPasswordForm",
}
# allauth counts tries in the cache and lets nobody in while it is down; accounts/throttling.py counts them instead.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.CodeForm",
    "reauthenticate": "accounts.forms.sign_in.ConfirmCodeForm",
    "activate_totp": "accounts.forms.sign_in.ActivateCodeForm",
}
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Evenkeel"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
OIDC_SERVER_URL = environment.text("ITSM_OIDC_SERVER_URL")  # an OpenID Connect provider, or empty for none
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": environment.text("ITSM_OIDC_NAME", "Single sign-on"),
                "client_id": environment.text("ITSM_OIDC_CLIENT_ID"),
                "secret": environment.text("ITSM_OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}

# Sessions stand in PostgreSQL, so that people can sign in while Redis is down.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "evenkeel_session"
SESSION_COOKIE_AGE = environment.number("ITSM_SESSION_SECONDS", 12 * 60 * 60)
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "evenkeel_csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Security
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("ITSM_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = environment.number("ITSM_HSTS_SECONDS", 365 * 24 * 60 * 60) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
METRICS_TOKEN = environment.text("ITSM_METRICS_TOKEN")  # /metrics asks for this bearer; without one, only this machine

# Words and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("British English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
REPORTING_TIME_ZONE = environment.text("ITSM_REPORTING_TIME_ZONE", "Europe/Amsterdam")  # where a day of figures begins

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("ITSM_STATIC_ROOT") or VAR_DIR / "staticfiles")
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
MEDIA_ROOT = Path(environment.text("ITSM_MEDIA_ROOT") or VAR_DIR / "media")
BACKUP_ROOT = Path(environment.text("ITSM_BACKUP_ROOT") or VAR_DIR / "backups")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Attachments. A scanner is a function, by dotted path: it takes a file and gives the reason to refuse it, or None.
ATTACHMENT_MAX_BYTES = environment.number("ITSM_ATTACHMENT_MAX_BYTES", 10 * 1024 * 1024)
ATTACHMENT_MAX_TOTAL_BYTES = environment.number("ITSM_ATTACHMENT_MAX_TOTAL_BYTES", 25 * 1024 * 1024)
ATTACHMENT_MAX_COUNT = environment.number("ITSM_ATTACHMENT_MAX_COUNT", 10)
ATTACHMENT_BLOCKED_TYPES = frozenset({"application/x-msdownload", "application/x-executable"})
ATTACHMENT_BLOCKED_EXTENSIONS = frozenset(  # what a double click runs
    {"bat", "cmd", "com", "cpl", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "msp", "pif", "reg", "scr", "vbe"}
    | {"vbs", "wsf", "wsh"}
)
ATTACHMENT_SCANNER = environment.text("ITSM_ATTACHMENT_SCANNER")

# Mail
EMAIL_URL_HOST = environment.text("ITSM_SMTP_HOST")  # without one, mail is written to the log
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL_HOST else 'console'}.EmailBackend"
EMAIL_HOST = EMAIL_URL_HOST or "localhost"
EMAIL_PORT = environment.number("ITSM_SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("ITSM_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("ITSM_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("ITSM_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("ITSM_MAIL_FROM", "Evenkeel <desk@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_REPLY_TO = environment.text("ITSM_MAIL_REPLY_TO")  # where answers to the desk's mails go; else to the sender

# Logs
LOGGING = logs.configure(
    as_json=environment.flag("ITSM_LOG_JSON", default=not DEBUG),
    level=environment.text("ITSM_LOG_LEVEL", "INFO"),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # core.middleware has checked it, or made one
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

# Import and export of tables
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# The REST API -------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.HasScope"],  # a view that names no scope is closed
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsing.JSONParser"],
    "EXCEPTION_HANDLER": "core.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.ResourceSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_RATE_LIMIT = environment.number("ITSM_API_RATE_LIMIT", 6000)  # requests of one token in a window; 0 for no limit
API_RATE_WINDOW = environment.number("ITSM_API_RATE_SECONDS", 60)
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Evenkeel",
    "DESCRIPTION": "The REST API of the service desk. Its conventions are told in docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "filter": True, "validatorUrl": None},
}
# End of the REST API ------------------------------------------------------------------------------------------
