"""Certificates: their numbers, what is issued, and the verdict on one."""
