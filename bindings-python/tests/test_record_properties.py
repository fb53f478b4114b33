"""Records against `json.loads`, over many made-up documents."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
import trueroom
from conftest import repeat
from trueroom import Record
from trueroom._names import to_snake, to_wire
from trueroom.simulator import SyncSimulator

NAMES = (
    "a", "fileName", "file_name", "createdNDIDevices", "created_ndi_devices", "schedule_type",
    "P2P", "isP2PAllowed", "_x", "", "ключ", "9", "with space", "file\u212ad", 'quo"te',
    "back\\slash",
)  # fmt: skip
SCALARS = (
    "0", "-0", "7", "-12345678901234567890", "9223372036854775807", "9223372036854775808", "1.5",
    "-0.0", "1e3", "1E-7", "123456789.123456789e-5", "1e999", "true", "false", "null", '""', '"a"',
    '"4.png"', '"эхо 😀"', r'"\u0041\ud83d\ude00\n\"\\\/"', r'"\ud800"', r'"\ude00 \ud83d"',
    '"{[,:"', '"\\\\"', '"eight888"', '"sixteen_16_long!"', "9" * 4000,
)  # fmt: skip
# What the core passes on, without objects.
FLAT = (*(text for text in SCALARS if "\\ud" not in text and "e999" not in text and len(text) < 99),
    '"aa"', '"aaa"', '"4.pngg"', '"\\",\\"a\\":1}"', "[1,2]", "77", "777")  # fmt: skip
SPACE = ("", "", "", " ", "\n\t", "\r\n  ")


class Documents:
    """Made-up JSON texts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def space(self) -> str:
        return self.random.choice(SPACE)

    def value(self, depth: int) -> str:
        kind = self.random.random()
        if depth and kind < 0.15:
            return self.object(depth - 1)
        if depth and kind < 0.3:
            items = (self.value(depth - 1) for _ in range(self.random.randrange(4)))
            return self.wrapped("[", items, "]")
        return self.random.choice(SCALARS)

    def object(self, depth: int) -> str:
        fields = (
            f"{self.key()}{self.space()}:{self.space()}{self.value(depth)}"
            for _ in range(self.random.randrange(9))
        )
        return self.wrapped("{", fields, "}")

    def key(self) -> str:
        # Some are written in another way than need be.
        name = self.random.choice(NAMES)
        return json.dumps(name, ensure_ascii=self.random.random() < 0.1)

    def wrapped(self, start: str, parts: Any, end: str) -> str:
        inside = ",".join(f"{self.space()}{part}{self.space()}" for part in parts)
        return f"{start}{inside or self.space()}{end}"

    def damaged(self, text: str) -> str:
        at = self.random.randrange(len(text))
        return self.random.choice((
            text[:at],
            text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + self.random.choice('{}[],:"\\0-.eNtf \x00\x1f') + text[at:],
        ))  # fmt: skip


def exactly(value: Any) -> str:
    """A form in which 1, 1.0 and True differ, and NaN does not differ from itself."""
    if isinstance(value, Record):
        value = {name: value[name] for name in value}
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{exactly(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(exactly(item) for item in value) + "]"
    return repr(value)


def attribute(fields: dict[str, Any], name: str) -> Any:
    """The field that an attribute stands for, by the rule in the documentation."""
    for key in (name, to_wire(name), *(key for key in fields if to_snake(key) == name)):
        if key in fields:
            return fields[key]
    return None


def test_a_record_reads_what_json_reads() -> None:
    for seed in range(repeat(3000, 300)):
        check(Documents(seed).object(4))


def check(text: str) -> None:
    plain = json.loads(text)
    # Fields first, in any order, then the whole, and the other way round.
    record = Record(text)
    for name in (*NAMES, *NAMES[::-1]):
        assert exactly(record.get(name, "none")) == exactly(plain.get(name, "none")), text
        assert (name in record) == (name in plain)
    assert exactly(record) == exactly(plain)
    assert len(record) == len(plain)
    assert exactly(Record(text).to_dict()) == exactly(record.to_dict()) == exactly(plain)
    assert record == Record(text) == plain
    assert exactly(json.loads(record.to_json())) == exactly(plain)
    record = Record(text)
    for name in ("a", "file_name", "fileName", "created_ndi_devices", "is_p2p_allowed", "missing"):
        assert exactly(getattr(record, name)) == exactly(attribute(plain, name)), (name, text)
    assert exactly(Record(record.to_dict())) == exactly(plain)


def test_what_json_refuses_a_record_refuses() -> None:
    refused = 0
    for seed in range(repeat(10_000, 1000)):
        documents = Documents(seed)
        refused += is_refused(documents.damaged(documents.object(2)))
    assert refused > 100


def is_refused(text: str) -> bool:
    record = Record(text)
    try:
        plain = json.loads(text)
    except ValueError:
        plain = None
    if isinstance(plain, dict):
        assert exactly(record) == exactly(plain), text
        return False
    for read in (lambda: record.a, lambda: record["a"], lambda: len(record), record.to_dict):
        with pytest.raises(ValueError, match=r"\w"):
            read()
    assert repr(record) == "Record(<not JSON>)"
    return True


@pytest.mark.parametrize("seed", range(repeat(40, 4)))
async def test_events_that_are_much_alike(simulator: SyncSimulator, seed: int) -> None:
    texts = list(alike(Documents(seed), 400))
    seen: list[str] = []
    different: list[str] = []

    def handler(record: Record) -> None:
        # Not through the whole dict, which would keep the record from being used again.
        text = texts[len(seen)]
        plain = json.loads(text)
        values = {name: record.get(name, "none") for name in NAMES}
        if exactly(values) != exactly({name: plain.get(name, "none") for name in NAMES}):
            different.append(text)
        seen.append(text)

    room = await trueroom.connect(**simulator.address)
    room.on("tick", handler)
    # The loop is held up meanwhile, so all of them are taken at once.
    for text in texts:
        simulator.perform("sendRaw", text=text)
    while len(seen) < len(texts):
        await room.command("getAppState")
    assert different == []
    await room.close()


def alike(documents: Documents, count: int) -> Iterator[str]:
    """Events, each not much different from one of the two before it."""
    choose = documents.random
    begin = '{"method":"event","event":"tick"'
    fields = [(documents.key(), choose.choice(FLAT)) for _ in range(6)]
    before = fields
    for _ in range(count):
        fields, before = list(choose.choice((fields, before))), fields
        for _ in range(choose.choice((0, 1, 1, 2))):
            field = (documents.key(), choose.choice(FLAT))
            at = choose.randrange(len(fields) + 1)
            fields[at : at + choose.randrange(2)] = [field] * choose.choice((1, 1, 1, 0, 2))
        space = choose.choice(SPACE)
        yield begin + "".join(f",{space}{key}:{value}" for key, value in fields) + space + "}"


def test_deep_nesting() -> None:
    deep = "[" * 500 + "]" * 500
    assert Record(f'{{"a":{deep}}}').a == json.loads(deep)
    objects = '{"a":' * 500 + "1" + "}" * 500
    record = Record(objects)
    for _ in range(499):
        record = record.a
    assert record.a == 1
    with pytest.raises(RecursionError):
        _ = Record('{"a":' + "[" * 100_000 + "]" * 100_000 + "}").a


def test_names_that_only_python_would_read_so() -> None:
    # The rule as it was first written.
    def first(name: str) -> str:
        name = re.sub(r"([A-Z][A-Z0-9]*)([A-Z][a-z])", r"\1_\2", name)
        return re.sub(r"([a-z][0-9]*)([A-Z])", r"\1_\2", name).lower()

    choose = random.Random(1)
    for _ in range(repeat(100_000, 20_000)):
        name = "".join(choose.choices("abAB12_ßÄ", k=choose.randrange(1, 9)))
        assert to_snake(name) == first(name)
