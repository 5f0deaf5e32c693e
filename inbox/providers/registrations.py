"""Who registers our webhook where, by the name of the provider. The sandbox needs nobody."""

from inbox.providers.cloud_api.registration import MetaManager
from inbox.providers.notifier.registration import NotifierManager
from inbox.providers.registration import Manager
from inbox.providers.waba.registration import WabaManager
from inbox.providers.whatsable.registration import WhatsAbleManager

MANAGERS: dict[str, Manager] = {
    "cloud-api": MetaManager(),
    "waba": WabaManager(),
    "whatsable": WhatsAbleManager(),
    "notifier": NotifierManager(),
}
