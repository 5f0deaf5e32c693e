"""Who registers our webhook where, by the name of the provider. The sandbox needs nobody."""

from inbox.providers.cloud_api.registration import MetaRegistrar
from inbox.providers.notifier.registration import NotifierRegistrar
from inbox.providers.registration import Registrar
from inbox.providers.waba.registration import WabaRegistrar
from inbox.providers.whatsable.registration import WhatsAbleRegistrar

REGISTRARS: dict[str, Registrar] = {
    "cloud-api": MetaRegistrar(),
    "waba": WabaRegistrar(),
    "whatsable": WhatsAbleRegistrar(),
    "notifier": NotifierRegistrar(),
}
