"""Settings of Apache Superset, for a server on this machine alone; Superset reads this file itself.

Secrets and paths come from the environment that ops.dashboards.server makes.
"""

import os
from pathlib import Path
from typing import Any

HOME = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"

APP_NAME = "Sales KPIs"
WTF_CSRF_ENABLED = True
FAB_API_SWAGGER_UI = False
# Every answer is read from the published file, so that a refresh is seen at once.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
FEATURE_FLAGS = {"DASHBOARD_RBAC": False}

TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # The server speaks plain HTTP, to this machine alone.
    "force_https": False,
    "session_cookie_secure": False,
}

COUNTING_IMAGE = b"https://apachesuperset.gateway.scarf.sh/pixel/"
NO_IMAGE = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=#"


def ask_nobody_else(app: Any) -> None:
    """Takes the image that counts users at another server out of the pages.

    SCARF_ANALYTICS, which is said to turn it off, is read only when the pages are built.
    """

    @app.after_request
    def without_image(response: Any) -> Any:
        if response.mimetype in ("text/javascript", "application/javascript"):
            response.direct_passthrough = False
            if COUNTING_IMAGE in (body := response.get_data()):
                response.set_data(body.replace(COUNTING_IMAGE, NO_IMAGE))
        return response


FLASK_APP_MUTATOR = ask_nobody_else

EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "okabe_ito",
        "label": "Okabe and Ito",
        "description": "Eight colours that colour-blind readers tell apart",
        "isDefault": True,
        "colors": [
            "#0072B2",
            "#E69F00",
            "#009E73",
            "#CC79A7",
            "#56B4E9",
            "#D55E00",
            "#7F7F7F",
            "#B8A800",
        ],
    }
]
