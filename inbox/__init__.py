"""Inbox: a real-time WhatsApp inbox for teams."""

__version__ = "0.1.0"
