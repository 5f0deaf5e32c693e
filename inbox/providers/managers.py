"""Who registers our webhook where, by the name of the provider. The sandbox needs nobody."""

from inbox.providers.cloud_api.managing import MetaManager
from inbox.providers.managing import Manager
from inbox.providers.notifier.managing import NotifierManager
from inbox.providers.waba.managing import WabaManager
from inbox.providers.whatsable.managing import WhatsAbleManager

MANAGERS: dict[str, Manager] = {
    "cloud-api": MetaManager(),
    "waba": WabaManager(),
    "whatsable": WhatsAbleManager(),
    "notifier": NotifierManager(),
}
