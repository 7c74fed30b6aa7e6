"""The WSGI entry point: `gunicorn wsgi:app`, or `flask` on the command line."""

import os

from certify import create_app, require_keys
from certify.extensions import db

app = create_app()
if "FLASK_RUN_FROM_CLI" not in os.environ:  # the commands mend what stands in the way of serving
    require_keys(app)
    with app.app_context():
        db.engine.dispose()  # a server that forks its workers shares no connection with them
