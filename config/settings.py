"""Settings, all from the environment (.env.example lists them); a secret may come from a file (NAME_FILE).

With nothing set this is the embedded default: SQLite under var/, no Redis, demo on, plain HTTP on one
machine. DEBUG is never on by default, so error pages are the real ones.
"""

import secrets
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

TESTING = env.bool("TESTING", default="pytest" in sys.modules)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # demo accounts, the demo inbox and the style guide for everybody
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="doumen2021")  # of every demo account in office; serve prints it
HTTPS = env.bool("HTTPS", default=False)  # served behind TLS: secure cookies, HSTS
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def _kept_secret() -> str:
    """The embedded default's own key, made once and kept with mode 0600; production sets SECRET_KEY."""
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many hops of ours append X-Forwarded-For

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.apps.WeishishiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "publicity",
    "delivery",
    "wishes",
    "voting",
    "proposals",
    "civic",
]

MIDDLEWARE = [
    "civic.middleware.RequestId",
    "civic.middleware.PublicCache",
    "django.middleware.security.SecurityMiddleware",
    "civic.middleware.ContentPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "civic.middleware.ExtraHeaders",
    "config.shedding.Shedding",
    "civic.middleware.CleanUrl",  # below whatever sets headers: a refusal carries them as well
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "civic.language.Language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "civic.middleware.SessionAge",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.errors.Answers",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n", "civic.templatetags.civic"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "civic.pages.shell",
            ],
        },
    },
]
COTTON_DIR = "cotton"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -----------------------------------------------------------------------------------------


def _database(variable: str, file: str) -> dict[str, Any]:
    """A database with our limits: PostgreSQL where the variable names one, else a SQLite file under VAR_DIR."""
    found = env.db_url(variable, default=f"sqlite:///{VAR_DIR / file}")
    if "postgres" in found["ENGINE"]:
        limits = "-c statement_timeout=%ds -c lock_timeout=%ds -c idle_in_transaction_session_timeout=15s" % (
            env.int("STATEMENT_TIMEOUT_SECONDS", default=5),
            env.int("LOCK_TIMEOUT_SECONDS", default=2),
        )
        # What is read often lies in memory, and no statement here runs so long that compiling it would pay.
        limits += " -c random_page_cost=1.1 -c jit=off"
        kept = env.int("CONN_MAX_AGE", default=60)
        prepared_after = 5 if kept else None  # runs of a statement; a pool's connection is another one each time
        given = {"options": limits, "connect_timeout": 3, "prepare_threshold": prepared_after}
        return found | {
            "ENGINE": "config.postgresql",
            "CONN_MAX_AGE": kept,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": given | found.get("OPTIONS", {}),
            "TEST": {"NAME": "test_" + Path(file).stem + env.str("TEST_DB_SUFFIX", default="")},
        }
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    return found | {
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA secure_delete=ON;",
        }
    }


# Who may vote and what was chosen lie apart: no query can join them (docs/adr/0010).
DATABASES = {
    "default": _database("DATABASE_URL", "weishishi.sqlite3"),
    "urn": _database("URN_DATABASE_URL", "urn.sqlite3"),
}
DATABASE_ROUTERS = ["config.routers.UrnApart"]
POLL_KEYS_DIR = Path(env.str("POLL_KEYS_DIR", default=str(VAR_DIR / "poll_keys")))  # in neither database nor backup
POLL_LOG_KEEPERS = env.list("POLL_LOG_KEEPERS", default=[])  # e-mail addresses; every signed head goes there
POLL_LOG_SENDER = env.str("POLL_LOG_SENDER", default="weishishi@localhost")
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 10
MAIL_SENDER = env.str("MAIL_SENDER", default="")  # whom links one asked for come from; without it none are offered
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
FRAGMENT_CACHE = env.bool("FRAGMENT_CACHE", default=True)
# In the process's own memory on purpose: pages never wait for Redis, which serves Celery alone.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_PREFIX": env.str("CACHE_KEY_PREFIX", default="wss"),
        "OPTIONS": {"MAX_ENTRIES": 300},  # whole pages: the hot ones; each worker keeps its own
    },
    "template_fragments": {  # parts of pages, each under a key that names all it depends on
        "BACKEND": f"django.core.cache.backends.{'locmem.LocMem' if FRAGMENT_CACHE else 'dummy.Dummy'}Cache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 1500},
    },
}
CACHES["drawn"] = {  # posters and share pictures: as files, for they are large and seldom asked for
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": VAR_DIR / "drawn",
    "OPTIONS": {"MAX_ENTRIES": 500},
}
PICTURE_FONT = env.str("PICTURE_FONT", default="/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
PUBLIC_CACHE_SECONDS = env.int("PUBLIC_CACHE_SECONDS", default=0 if TESTING else 15)  # anonymous pages, 0: off

# --- Who signs in (civic.accounts is the seam; SMS and WeChat providers come behind it) ------------

AUTH_USER_MODEL = "civic.Person"
AUTHENTICATION_BACKENDS = ["civic.accounts.backend.Backend"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1"]
ACCOUNT_ADAPTER = "civic.accounts.adapter.AccountAdapter"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False  # signing in by code proves the phone
ACCOUNT_SESSION_REMEMBER = False  # a password's session ends with the browser
ACCOUNT_RATE_LIMITS = False  # civic.limits counts exactly, in the database
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)  # beside the password of people in office
SECOND_FACTOR_KEYS = env.list("SECOND_FACTOR_KEYS", default=[]) or [SECRET_KEY, *SECRET_KEY_FALLBACKS]
MFA_ADAPTER = "civic.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 s by which a phone's clock may be wrong; a number counts once all the same
SMS_PROVIDER = env.str("SMS_PROVIDER", default="civic.accounts.sms.Console")  # which sends nothing
VOICE_PROVIDER = env.str(
    "VOICE_PROVIDER", default="civic.accounts.sms.DemoCall" if DEMO else ""
)  # tells codes by a call
SMS_DAY_BUDGET = env.int(
    "SMS_DAY_BUDGET", default=5000
)  # messages of the whole site in 24 hours; a fifth is kept for codes
SMS_PRICE_YUAN = Decimal(env.str("SMS_PRICE_YUAN", default="0"))  # of one text message; 0: costs are not shown
# Whoever else tells people what happens (publicity.channels.Provider); without one it is neither offered nor asked for.
MESSAGE_PROVIDERS = {"wechat": env.str("WECHAT_PROVIDER", default=""), "email": env.str("MAIL_PROVIDER", default="")}
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
STAFF_LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "civic.sessions"  # in the database: survives Redis
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
RESIDENT_SESSION_SECONDS = (14 * 24 * 3600, 2 * 24 * 3600)  # absolute, idle
OWN_PHONE_SESSION_SECONDS = (90 * 24 * 3600, 90 * 24 * 3600)  # of a resident who says that the phone is hers alone
STAFF_SESSION_SECONDS = (8 * 3600, 30 * 60)
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failed"

# --- Headers --------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # a city decides about preloading for its whole domain, not we
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
PERMISSIONS_POLICY = {"camera": "self", "geolocation": "self", "microphone": "self", "payment": [], "usb": []}
# The map's background (底图): none unless a city names one it may publish, with its 审图号 (docs/map.md).
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")  # with {x} {y} {z}, in Web Mercator on WGS-84 or CGCS2000
MAP_TILES_HOST = env.str("MAP_TILES_HOST", default="")  # as the policy below writes it: https://*.tianditu.gov.cn
MAP_ATTRIBUTION = env.str("MAP_ATTRIBUTION", default="")
MAP_REVIEW_NUMBER = env.str("MAP_REVIEW_NUMBER", default="")  # 审图号
if MAP_TILES_URL and not (MAP_TILES_HOST and MAP_REVIEW_NUMBER):
    raise ImproperlyConfigured("MAP_TILES_URL needs MAP_TILES_HOST and MAP_REVIEW_NUMBER (审图号) beside it")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {  # the admin theme's looser policy is in civic.admin_site
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *([MAP_TILES_HOST] if MAP_TILES_URL else [])],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "report-uri": ["/csp-report"],
    },
}
UNFOLD = {
    "SITE_TITLE": _("微实事后台"),
    "SITE_HEADER": _("微实事后台"),
    "SITE_SUBHEADER": _("登记资料和轮次规则"),
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "BORDER_RADIUS": "8px",
    "COLORS": {  # one blue for actions, as everywhere (UX §7)
        "primary": {
            "50": "#f2f7fc",
            "100": "#e6f0fa",
            "200": "#c7ddf2",
            "300": "#9bc3e8",
            "400": "#5c99d1",
            "500": "#2a74b8",
            "600": "#0a4f8f",
            "700": "#094579",
            "800": "#0b3a63",
            "900": "#0c3153",
            "950": "#081f36",
        }
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 25
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
UPLOAD_MAX_PIXELS = 40_000_000
# Of the disk where uploads lie: what is left is for the record. A demo on somebody's own machine need not mind.
UPLOADS_OFF_AT_DISK_PERCENT = env.int("UPLOADS_OFF_AT_DISK_PERCENT", default=99 if DEMO or TESTING else 80)
UPLOAD_MAX_FILES = 20

# --- Language, files, logs ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # each in its own words, for who reads only that one
LANGUAGE_COOKIE_NAME = "lang"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not HTTPS
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"config.static.{'Hashed' if HTTPS and not TESTING else 'Plain'}"},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # the address in messages that leave the house
HELP_PHONE = env.str("HELP_PHONE", default="0756-0000000")
SITE_NAME = env.str("SITE_NAME", default="民生微实事")
MFA_TOTP_ISSUER = SITE_NAME  # what the authenticator's app calls the account
HOME_AREA = env.str("HOME_AREA", default="440403000000")  # the area whose home page is served at /
OPEN_DATA_LICENCE = env.str("OPEN_DATA_LICENCE", default="CC BY 4.0")  # under which /data/ is given away
OPEN_DATA_TERMS = env.str("OPEN_DATA_TERMS", default="") or _(
    "可以复制、改编、再发布，商业用途也可以；请注明数据来自本平台和下载日期，改过的要说明改了什么。"
)
CODE_PREFIX = env.str("CODE_PREFIX", default="WSS")
PUBLISHED_HEAD_FILE = VAR_DIR / "audit-head.jsonl"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "civic.middleware.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}, "weishishi": {"level": "INFO"}},
}

# --- API ------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["civic.rest.Allowed"],
    "DEFAULT_THROTTLE_CLASSES": ["civic.rest.PublicPace"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["civic.rest.GuardedJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "civic.rest.Pages",
    "DEFAULT_FILTER_BACKENDS": ["civic.rest.StrictFilters"],
    "EXCEPTION_HANDLER": "civic.rest.answer",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "微实事 Weishishi",
    "DESCRIPTION": "From proposal to acceptance: the public record of community participatory budgeting (民生微实事).",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "ScreeningOutcomeEnum": "proposals.models.ScreeningOutcome",
        "ItemOutcomeEnum": "voting.models.Outcome",
        "ChannelEnum": "civic.models.record.Channel",
        "PollStateEnum": "voting.models.PollState",
        "BallotChannelEnum": "voting.models.urn.BallotChannel",
        "LineOutcomeEnum": "voting.models.LineOutcome",
        "ObjectionOutcomeEnum": "publicity.models.ObjectionOutcome",
    },
}

# --- Celery (production only; docs/adr/0004) -------------------------------------------------------

CELERY_BROKER_URL = env.str("BROKER_URL", default=REDIS_URL or "memory://")
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800, "socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "relay": {"task": "civic.tasks.relay", "schedule": 2.0},
    "tick": {"task": "civic.tasks.tick", "schedule": 60.0},
}
