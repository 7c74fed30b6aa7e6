"""The public address of this site, as QR codes and examples show it."""

from flask import request

from certify.extensions import settings


def site_address() -> str:
    """Without a slash at its end. In production it is what the settings say, whoever's address was asked."""
    if settings().mode == "production":
        return settings().base_url
    return request.host_url.rstrip("/") + request.script_root  # a demo is looked at wherever it runs
