"""The Flask extensions, made once and bound in `create_app`."""

from flask import current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from certify.clock import Clock
from certify.config import Settings
from certify.models import db

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
mail = Mail()
migrate = Migrate()


def clock() -> Clock:
    """The application's domain clock."""
    found: Clock = current_app.extensions["certify.clock"]
    return found


def settings() -> Settings:
    """The settings that the application was made with."""
    found: Settings = current_app.extensions["certify.settings"]
    return found


__all__ = ["babel", "clock", "csrf", "db", "login_manager", "mail", "migrate", "settings"]
