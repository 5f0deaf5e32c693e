from inbox.access.principal import Principal


def test_an_admin_may_do_what_an_agent_may_and_not_the_reverse() -> None:
    admin = Principal(kind="user", id="1", name="Ana", role="admin")
    agent = Principal(kind="token", id="2", name="CRM", role="agent")
    assert admin.allows("admin")
    assert admin.allows("agent")
    assert agent.allows("agent")
    assert not agent.allows("admin")
