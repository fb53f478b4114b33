from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from trueroom import Record
from trueroom._names import is_secret, to_snake, to_wire
from trueroom._record import redacted

TEXT = (
    '{"method":"event","event":"receivedFileRequest","fileName":"a.pdf","fileSize":3,'
    '"peer":{"peerDn":"Ann"},"list":[{"confId":"c1"},[{"confId":"c2"}],7],"createdNDIDevices":[],'
    '"schedule_type":4,"none":null}'
)


@pytest.fixture
def record() -> Record:
    return Record(TEXT)


def test_a_field_has_a_wire_name_and_a_python_name(record: Record) -> None:
    assert record.file_name == record["fileName"] == record.fileName == "a.pdf"
    assert record.created_ndi_devices == []
    assert record.schedule_type == record["schedule_type"] == 4


def test_missing_fields(record: Record) -> None:
    assert record.conf_id is None
    assert record.none is None
    with pytest.raises(KeyError, match="confId"):
        record["confId"]
    assert record.get("confId", 5) == 5
    for name in ("_private", "__array_interface__", "_repr_html_", "__len_hint__"):
        with pytest.raises(AttributeError):
            getattr(record, name)
        assert not hasattr(record, name)


def test_objects_inside_are_records(record: Record) -> None:
    assert isinstance(record.peer, Record)
    assert record.peer.peer_dn == "Ann"
    assert record.list[0].conf_id == "c1"
    assert record.list[1][0].conf_id == "c2"
    assert record.list[2] == 7
    assert record.peer is record.peer


def test_mapping_like(record: Record) -> None:
    assert "fileName" in record
    assert "file_name" not in record
    assert list(record)[:2] == ["method", "event"]
    assert len(record) == len(json.loads(TEXT))
    assert dict(record)["fileName"] == "a.pdf"
    assert bool(Record("{}"))


def test_plain_data_comes_back(record: Record) -> None:
    assert record.to_dict() == json.loads(TEXT)
    assert type(record.to_dict()["peer"]) is dict
    assert record.to_json() == TEXT
    assert json.loads(Record({"a": [{"b": 1}]}).to_json()) == {"a": [{"b": 1}]}


def test_a_copy_can_be_changed_and_the_record_not(record: Record) -> None:
    plain = record.to_dict()
    plain["peer"]["peerDn"] = "Bob"
    assert record.peer.peer_dn == "Ann"
    with pytest.raises(AttributeError, match="read-only"):
        record.file_name = "b"
    with pytest.raises(AttributeError, match="read-only"):
        del record.file_name


def test_equality(record: Record) -> None:
    assert record == Record(TEXT)
    assert record == json.loads(TEXT)
    assert record != Record("{}")
    assert record != 5
    with pytest.raises(TypeError):
        hash(record)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_and_copy(record: Record, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(record, protocol)) == record
    assert copy.copy(record) == record
    deep = copy.deepcopy(record)
    assert deep == record
    assert deep.peer is not record.peer


def test_repr_is_readable_and_hides_secrets() -> None:
    record = Record(
        {
            "fileName": "a.pdf",
            "tokenForHttpServer": "TOKEN",
            "pin": "4711",
            "newPin": 4711,
            "pinList": ["4711"],
            "isPinNeeded": True,
            "pinned": "shown",
            "credentials": {"login": "4711"},
            "inner": {"password": "4711", "list": [{"token": "TOKEN"}]},
            "long": "x" * 5000,
            "many": [0] * 5000,
        }
    )
    text = repr(record)
    assert "file_name='a.pdf'" in text
    assert "4711" not in text
    assert "TOKEN" not in text
    assert text.count("[redacted]") == 7
    assert "is_pin_needed=True" in text
    assert "pinned='shown'" in text
    assert len(text) < 1000
    hidden = json.dumps(redacted(record))
    assert "4711" not in hidden
    assert "TOKEN" not in hidden
    assert record.pin == "4711"


def test_lazy() -> None:
    broken = Record('{"a":')
    assert repr(broken) == "Record(<not JSON>)"
    with pytest.raises(ValueError, match="Expecting"):
        _ = broken.a


def test_hostile_numbers_do_not_hide_the_rest() -> None:
    digits = "9" * 5000
    record = Record(f'{{"a":{digits},"b":1e999,"c":12345678901234567890123}}')
    assert record.a == float("inf")
    assert record.c == 12345678901234567890123


def test_connection_events_have_seconds() -> None:
    text = (
        '{"method":"event","event":"connection","state":"reconnecting","retryIn":1500,"deafFor":20}'
    )
    record = Record(text)
    assert (record.retry_in, record["retryIn"], record.deaf_for) == (1.5, 1.5, 0.02)
    assert json.loads(record.to_json())["retryIn"] == 1.5
    assert pickle.loads(pickle.dumps(record)).to_dict() == record.to_dict()
    other = Record(text.replace('"connection"', '"other"'))
    assert other.retry_in == 1500


def test_names() -> None:
    assert to_wire("file_request_id") == "fileRequestId"
    assert to_wire("fileRequestId") == "fileRequestId"
    assert to_wire("from_") == "from"
    assert to_snake("fileRequestId") == "file_request_id"
    assert to_snake("supportPTZ") == "support_ptz"
    assert to_snake("DSCaptureList") == "ds_capture_list"
    assert is_secret("activePin")
    assert is_secret("trueconfRoomKey")
    assert not is_secret("pinned")
    assert not is_secret("authType")


@pytest.mark.parametrize(
    "text",
    [
        '{"items":[{"a":1},{"a":22,"b":[{"a":3}]},{"b":0,"a":[]}]}',
        # What the native side leaves to Python, in an array as well.
        '{"items":[{"a":1e5},{"a":1,"b":[{"a":-1E-2}]},{"a":"\\ud800"}]}',
        '{"items":[{"a\\u0062":1},[[{"a":1}]],1.5,"x",null,true]}',
    ],
)
def test_objects_in_lists_are_records(text: str) -> None:
    def check(value: Any, expected: Any) -> None:
        if isinstance(expected, dict):
            assert isinstance(value, Record)
            assert list(value) == list(expected)
            for key, item in expected.items():
                check(value[key], item)
        elif isinstance(expected, list):
            assert isinstance(value, list)
            for mine, item in zip(value, expected, strict=True):
                check(mine, item)
        else:
            assert type(value) is type(expected)
            assert value == expected

    check(Record(text), json.loads(text))
    assert Record(text) == json.loads(text)
