"""What a provider cannot send is refused before it is stored, and says so."""

from collections.abc import Mapping

import pytest

from inbox.domain.abilities import CANNOT, needed
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.asked import said_by
from inbox.providers.registry import PROVIDERS
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.storage.database import Database
from tests.domain.test_outgoing import GOOD
from tests.sending.conftest import NOW, Begin


@pytest.mark.parametrize("asked", GOOD.values(), ids=GOOD)
async def test_what_a_provider_cannot_send_is_refused_by_its_type(
    database: Database, begin: Begin, asked: Mapping[str, object]
) -> None:
    said = said_by(asked)
    reply = Reply(conversation_id=await begin("whatsable"), said=said, sender_name="Ana")
    if not (ability := needed(said)):
        assert (await database.write(replies.enqueue, reply, NOW))["type"] == "text"
        return
    with pytest.raises(Invalid) as wrong:
        await database.write(replies.enqueue, reply, NOW)
    assert (wrong.value.field, str(wrong.value)) == ("type", CANNOT[ability])


def test_a_client_on_the_premises_cannot_do_what_only_the_cloud_does() -> None:
    waba = PROVIDERS["waba"]
    assert "ask_location" in waba.can_at("https://waba-v2.360dialog.io")
    assert "ask_location" not in waba.can_at("https://whatsapp.example.com/v1")
