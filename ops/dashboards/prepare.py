"""Run by Superset's own Python: makes its database, its roles and its user, and imports the source.

usage: prepare.py BUNDLE, with SUPERSET_ADMIN_PASSWORD in the environment. Running it again changes
what has changed: charts and datasets are replaced by those of the bundle with the same uuid.
"""

from __future__ import annotations

import os
import sys
from zipfile import ZipFile

from superset.app import create_app

USER = "admin"


def say(step: str) -> None:
    """Tells the process that waits what is done now."""
    print(f"step: {step}", flush=True)


def make_database() -> None:
    """Brings Superset's own database to its newest shape."""
    from flask_migrate import upgrade

    upgrade()


def make_roles() -> None:
    """Writes down the permissions of Superset's roles."""
    from superset.extensions import appbuilder, db, security_manager

    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    db.session.commit()


def make_user(password: str) -> None:
    """Adds the user, or gives it the password."""
    from superset.extensions import security_manager

    if user := security_manager.find_user(username=USER):
        security_manager.reset_password(user.id, password)
        return
    role = security_manager.find_role("Admin")
    security_manager.add_user(USER, "Sales", "Operations", "admin@localhost", role, password)


def import_bundle(path: str) -> None:
    """Imports databases, datasets, charts and dashboards, in place of those that are there."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.commands.importers.v1.utils import get_contents_from_bundle
    from superset.extensions import security_manager
    from superset.utils.core import override_user

    with ZipFile(path) as bundle:
        contents = get_contents_from_bundle(bundle)
    with override_user(security_manager.find_user(username=USER)):
        ImportAssetsCommand(contents).run()


def main() -> None:
    """Prepares everything, in one process because each start of Superset takes seconds."""
    app = create_app()
    with app.app_context():
        if "--import-only" not in sys.argv:
            say("make its database")
            make_database()
            say("make its roles")
            make_roles()
            make_user(os.environ["SUPERSET_ADMIN_PASSWORD"])
        say("import the dashboards")
        import_bundle(sys.argv[1])


if __name__ == "__main__":
    main()
