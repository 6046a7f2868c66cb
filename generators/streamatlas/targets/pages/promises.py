"""What is read, checked and shown, and what this version does not do with it.

Who reads a fact on a page relies on it. So a page says beside it what does not follow yet. What
is acted on loses its line here, and its note on every page with it.
"""

from __future__ import annotations

# Keys of the file, and what happens instead.
_INSTEAD = {
    "chat-webhook": "nothing is sent to chat yet",
    "chat-limit": "nothing is sent to chat yet",
    "views": "not drawn yet: the link opens the whole map",
    "maintenance": "shown only: all is judged and alerted as at any other time",
    "metrics": "the portal remembers by itself; nothing is read from there yet",
    "taskmanager-memory": "not set yet: Flink's own configuration holds",
    "records": "counted by nobody yet",
    "required": "nobody is paged yet when it does not",
    "latency": "not measured yet",
    "alerts-at": "the owner's own matter: nothing here is alerted by it",
    "limits": "checked before anything runs; no alert is made of it yet",
    "was": "older links and addresses are not redirected yet",
}
KEYS = tuple(_INSTEAD)


def said(key: str) -> str:
    """In a few words what this version does with it, and does not."""
    return _INSTEAD[key]


def note(key: str) -> str:
    """In a few words what this version does not do, as HTML; empty where it does all."""
    instead = _INSTEAD.get(key)
    return f" <small>({instead})</small>" if instead else ""
