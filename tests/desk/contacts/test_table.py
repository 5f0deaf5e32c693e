"""Contacts to a table and from it: each fault has its line and column, and keeps no other out."""

import csv
import io

import pytest

from inbox.conversations.contact_details import details_of
from inbox.desk.contacts.table import columns_of, exported, take_contact_lines
from inbox.domain.channels import Channel
from inbox.domain.contact_lines import read_contacts
from inbox.domain.errors import Invalid
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.spreadsheets import table_text
from inbox.storage.database import Database
from tests.conversations.conftest import NOW
from tests.desk.contacts.conftest import Define, Edit, Meet


async def test_what_is_exported_says_the_same_when_it_is_imported(
    database: Database, channel: Channel, meet: Meet, edit: Edit, define: Define
) -> None:
    day, price = (await define("date"))["key"], (await define("number"))["key"]
    dana = await meet(name="=HYPERLINK(1)")
    values = {day: "2026-11-30", price: -12.5}
    name, note = '+1 Dana; of the "shop"', "Line\nand line"
    await edit(dana["id"], name=name, note=note, attributes=values)
    near = Reach(frozenset([channel.id]))
    columns = await database.read(columns_of)
    lines, further = await database.read(exported, near, columns, None)
    text = table_text(columns, lines)
    assert further is None and len(lines) == 1
    cells = next(csv.DictReader(io.StringIO(text)))
    assert cells["profile_name"] == "'=HYPERLINK(1)" and cells[price] == "'-12.5"
    assert cells["phone_number"] == "'+12025550142"
    again = read_contacts(text.encode(), [day, price, *columns])
    [taken] = await database.write(take_contact_lines, near, again, {}, False, NOW)
    assert taken.outcome == "unchanged"


async def test_a_line_has_a_fault_for_each_cell_and_the_others_are_taken(
    database: Database, channel: Channel, meet: Meet, define: Define
) -> None:
    dana, price = await meet(), (await define("number"))["key"]
    table = (
        f"phone_number;name;{price};channel\n"
        f"0044 7700 900999;{'x' * 201};dear;\n"
        f"(1) 202-555-0142;Dana;12,5;{channel.id}\n"
        f"12025550142;Dana;;{channel.id}\n"
        "12025550142;Dana;;Nowhere\n"
        "0202 555 0142;Dana;;\n"
    )
    lines = read_contacts(table.encode("utf-16"), [price])
    looked = await database.read(take_contact_lines, EVERYTHING, lines, {}, True, NOW)
    assert await database.read(details_of, dana["id"], EVERYTHING) == dana
    taken = await database.write(take_contact_lines, EVERYTHING, lines, {}, False, NOW)
    assert looked == taken
    told = [(one["line"], one["column"]) for each in taken for one in each.faults]
    assert told == [
        *[(2, "name"), (2, price), (2, "phone_number")],
        *[(4, ""), (5, "channel"), (6, "phone_number")],
    ]
    now = await database.read(details_of, dana["id"], EVERYTHING)
    assert now and (now["name"], now["attributes"]) == ("Dana", {price: 12.5})


async def test_a_number_is_about_all_channels_that_one_sees(
    database: Database, channel: Channel, elsewhere: Channel, meet: Meet
) -> None:
    here, there = await meet("12025550166"), await meet("12025550166", where=elsewhere)
    lines = read_contacts(b"phone_number,name\n+12025550166,Dana\n", [])
    for reach, named in ((Reach(frozenset([channel.id])), [here]), (EVERYTHING, [here, there])):
        await database.write(take_contact_lines, reach, lines, {}, False, NOW)
        for one in (here, there):
            now = await database.read(details_of, one["id"], EVERYTHING)
            assert now and (now["own_name"] == "Dana") is (one in named)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name\nDana\n", "phone_number or id"),
        (b"phone_number,colour\n1,red\n", "colour"),
        (b"phone_number,name,name\n1,a,b\n", "twice"),
        (b"phone_number\n", "no contact"),
        (b"phone_number\n\xff\n", "Line 2 is not written in UTF-8"),
        (b'phone_number\n"1\n', "no CSV"),
    ],
)
def test_a_table_that_nobody_can_read_is_refused_whole(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_contacts(data, ["plan"])
