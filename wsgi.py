"""The WSGI entry point: `gunicorn wsgi:app`, or `flask` on the command line."""

from certify import create_app

app = create_app()
