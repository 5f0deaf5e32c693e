"""Who keeps the templates of a channel, by the name of its provider.

WhatsAble's products tell programs nothing of templates.
"""

from inbox.domain.channels import Channel
from inbox.providers.cloud_api.templates import MetaTemplates
from inbox.providers.sandbox_templates import SandboxTemplates
from inbox.providers.templates import TemplateHost
from inbox.providers.waba.templates import D360Templates

HOSTS: dict[str, TemplateHost] = {
    "cloud-api": MetaTemplates(),
    "waba": D360Templates(),
    "sandbox": SandboxTemplates(),
}


def template_host(channel: Channel) -> TemplateHost | None:
    return HOSTS.get(channel.provider)
