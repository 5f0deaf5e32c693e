"""``/api/v1/me/devices``: the browsers in which whoever asks is told with no page open."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody

from inbox.access.principal import Principal
from inbox.desk.telling import devices
from inbox.desk.telling.devices import DeviceRow, Subscribed
from inbox.domain.errors import Invalid, Missing
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_DEVICE, UNFIT_NOTICES, can_fail
from inbox.web.api.notices import whoever_is_told
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import gives, path_id
from inbox.web.http.scopes import SETTINGS
from inbox.web.present.devices import ToldDevice, told_device

DeviceId = Annotated[str, path_id("The device's id.")]


class DeviceList(msgspec.Struct):
    """The devices of a user, and the key by which browsers subscribe."""

    data: Annotated[list[ToldDevice], says("All of them, the newest first.")]
    public_key: Annotated[
        str, says("For `applicationServerKey` of the Push API: it never changes.")
    ]


class DeviceKeys(msgspec.Struct):
    """What only that browser reads with."""

    p256dh: Annotated[str, says("Its public key, in Base64 for addresses.")]
    auth: Annotated[str, says("Its secret, in Base64 for addresses.")]


class NewDevice(msgspec.Struct):
    """A subscription as `PushSubscription.toJSON()` of a browser gives it."""

    endpoint: Annotated[str, says("Where it is told, by https.")]
    keys: Annotated[DeviceKeys, says("How it is told.")]
    replaces: Annotated[str, says("The `endpoint` that it had before, if it changed.")] = ""


@get(
    "/api/v1/me/devices",
    opt=AGENT | can_fail(UNFIT_NOTICES),
    tags=["Notices"],
    operation_id="listDevices",
    summary="List where you are told with no page open",
)
async def device_list(request: Request[Any, Any, Any]) -> DeviceList:
    """With how it went there last. A token's are its owner's."""
    at, who = app_of(request), me(request)
    found = await at.database.read(_own, who, at.now())
    key = (await at.pusher.signature()).public_key
    return DeviceList([told_device(one, who.session) for one in found], key)


def _own(connection: Connection, who: Principal, now: Micros) -> list[DeviceRow]:
    return devices.devices_of(connection, whoever_is_told(connection, who), now)


@post(
    "/api/v1/me/devices",
    opt=AGENT | SETTINGS | can_fail(UNFIT_DEVICE),
    status_code=201,
    tags=["Notices"],
    operation_id="addDevice",
    summary="Be told with no page open",
    responses={200: gives(ToldDevice, "It was told already.")},
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewDevice]) -> Response[ToldDevice]:
    """From a browser that is signed in: it is told there until it is signed out. Again changes
    nothing and answers 200."""
    at, who = app_of(request), me(request)
    if who.session is None:
        raise Invalid("endpoint", _("Only a browser that is signed in can be told."))
    asked = Subscribed(
        endpoint=scrub(data.endpoint).strip(),
        p256dh=scrub(data.keys.p256dh),
        auth=scrub(data.keys.auth),
        user_agent=request.headers.get("user-agent", ""),
        replaces=scrub(data.replaces).strip(),
    )
    if len(asked.endpoint) > devices.ENDPOINT_LIMIT or not at.pusher.service.takes(asked.endpoint):
        raise Invalid("endpoint", _("A push service has an address that begins with https://."))
    found, new = await at.database.write(devices.add_device, who.id, who.session, asked, at.now())
    return Response(told_device(found, who.session), status_code=201 if new else 200)


@get(
    "/api/v1/me/devices/{device_id:str}",
    opt=AGENT | can_fail(UNFIT_NOTICES),
    tags=["Notices"],
    operation_id="getDevice",
    summary="Get where you are told with no page open",
)
async def one_device(request: Request[Any, Any, Any], device_id: DeviceId) -> ToldDevice:
    """One of the list, with how it went there last."""
    at, who = app_of(request), me(request)
    return told_device(await at.database.read(_find, who, scrub(device_id), at.now()), who.session)


@delete(
    "/api/v1/me/devices/{device_id:str}",
    opt=AGENT | SETTINGS | can_fail(UNFIT_NOTICES),
    status_code=200,
    tags=["Notices"],
    operation_id="removeDevice",
    summary="Be told there no more",
)
async def remove(request: Request[Any, Any, Any], device_id: DeviceId) -> ToldDevice:
    """The answer is what it was."""
    at, who = app_of(request), me(request)
    return told_device(
        await at.database.write(_remove, who, scrub(device_id), at.now()), who.session
    )


def _remove(connection: Connection, who: Principal, device_id: str, now: Micros) -> DeviceRow:
    return devices.remove_device(connection, whoever_is_told(connection, who), device_id, now)


@post(
    "/api/v1/me/devices/{device_id:str}/test",
    opt=AGENT | SETTINGS | can_fail(UNFIT_NOTICES),
    status_code=200,
    tags=["Notices"],
    operation_id="testDevice",
    summary="Send a test there",
)
async def test(request: Request[Any, Any, Any], device_id: DeviceId) -> ToldDevice:
    """At once, whatever the hour; the answer has what its push service said."""
    at, who = app_of(request), me(request)
    device = await at.database.read(_find, who, scrub(device_id), at.now())
    tried = await at.pusher.test(device)
    if tried is None:
        raise Missing(_("You have no such device."))
    return told_device(tried, who.session)


def _find(connection: Connection, who: Principal, device_id: str, now: Micros) -> DeviceRow:
    return devices.own_device(connection, whoever_is_told(connection, who), device_id, now)


HANDLERS = [device_list, one_device, add, remove, test]
