"""What a made-up agent is told of, and where: examples for both contracts."""

from typing import Final

from inbox.domain.notices import NoticeSettings
from inbox.web.api.contract.made_up import ARRIVED, ASKED, CHANNEL_ID
from inbox.web.present.devices import ToldDevice

NOTICES: Final[NoticeSettings] = {
    "messages": "all",
    "mentions": True,
    "assignments": True,
    "preview": True,
    "sound": "chime",
    "muted_channels": [CHANNEL_ID],
    "quiet_hours": {"start": "22:00", "end": "07:00", "time_zone": "Europe/London"},
    "away": False,
    "away_until": None,
}
DEVICE: Final[ToldDevice] = {
    "id": "019b77d3-0404-7c76-8a81-928394a5b6c7",
    "browser": "Chrome on Android",
    "created_at": ASKED,
    "current": False,
    "state": "told",
    "tried_at": ARRIVED,
    "status": 201,
    "detail": None,
}
PUBLIC_KEY: Final = (
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
)
SUBSCRIPTION_KEYS: Final = {
    "p256dh": (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    ),
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
