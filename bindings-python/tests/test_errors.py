from __future__ import annotations

import json
import pickle

import pytest
import trueroom
from trueroom import errors
from trueroom.simulator import Simulator


def make(**fields: object) -> errors.TrueroomError:
    return errors.from_json(json.dumps(fields))


def test_one_base() -> None:
    for name in errors.__all__:
        cls = getattr(errors, name)
        assert issubclass(cls, trueroom.TrueroomError)
        assert getattr(trueroom, name) is cls
        assert cls.__doc__
    assert issubclass(trueroom.CommandTimeout, TimeoutError)
    assert issubclass(trueroom.UsageError, ValueError)


def test_fields() -> None:
    error = make(
        kind="CommandError",
        message="no",
        method="sendFile",
        requestId="3",
        code=5,
        text="t",
        reply={"resultCode": 5},
    )
    assert isinstance(error, trueroom.CommandError)
    assert (str(error), error.method, error.request_id, error.code, error.text) == (
        "no",
        "sendFile",
        "3",
        5,
        "t",
    )
    assert error.reply is not None
    assert error.reply.result_code == 5
    late = make(
        kind="CommandTimeout", message="late", method="m", timeout=1500, outcomeUnknown=True
    )
    assert isinstance(late, trueroom.CommandTimeout)
    assert (late.timeout, late.outcome_unknown, str(late)) == (1.5, True, "late")
    lost = make(kind="ConnectionLost", message="x", reason="r", outcomeUnknown=True, method=None)
    assert isinstance(lost, trueroom.ConnectionLost)
    assert (lost.reason, lost.outcome_unknown, lost.method) == ("r", True, None)
    tried = make(kind="ConnectError", message="x", tried=["a", "b"])
    assert isinstance(tried, trueroom.ConnectError)
    assert tried.tried == ("a", "b")


def test_an_unknown_kind_is_the_base_and_cannot_smuggle() -> None:
    error = make(kind="Novel", message="x", args=[1], __class__="y")
    assert type(error) is trueroom.TrueroomError
    assert vars(error) == {"message": "x"}


@pytest.mark.parametrize("name", errors.__all__)
def test_pickle(name: str) -> None:
    error = make(
        kind=name,
        message="m",
        method="a",
        requestId="1",
        code=2,
        reply={"a": 1},
        timeout=10,
        tried=["x"],
        id="i",
        file="f",
        reason="r",
    )
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == "m"


async def test_refused(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.refuse("getSystemInfo", error="not today", code=7)
    with pytest.raises(trueroom.CommandError, match=r"getSystemInfo.*not today") as caught:
        await room.command("getSystemInfo")
    assert (caught.value.code, caught.value.text) == (7, "not today")
    assert caught.value.reply is not None
    assert caught.value.reply["result"] is False
    assert (await room.command("getSystemInfo"))["result"] is True


async def test_timeout(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo")
    with pytest.raises(TimeoutError) as caught:
        await room.command("getSystemInfo", timeout=0.05)
    assert isinstance(caught.value, trueroom.CommandTimeout)
    assert caught.value.timeout == pytest.approx(0.05)
    assert caught.value.outcome_unknown is False


async def test_connect_error_says_what_was_tried() -> None:
    with pytest.raises(trueroom.ConnectError) as caught:
        await trueroom.connect("127.0.0.1", 1, connect_timeout=2)
    assert caught.value.tried
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("simulator_options", [{"pin": "471147"}])
async def test_auth_error_does_not_tell_the_pin(async_simulator: Simulator) -> None:
    with pytest.raises(trueroom.AuthError) as caught:
        await trueroom.connect(**async_simulator.address, pin="815815")
    assert "815815" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"host": "http://x"}, "URL"),
        ({"command_timeout": -1}, "command_timeout"),
        ({"command_timeout": float("nan")}, "command_timeout"),
        ({"ping_interval": True}, "ping_interval"),
        ({"queue_size": 0}, "queueSize"),
        ({"role": "king"}, "king"),
        ({"pin": 4711}, "string"),
        ({"api_version": 3}, "3"),
        ({"download_urls": ["nonsense"]}, "nonsense"),
        ({"ca_file": 5}, "path"),
    ],
)
async def test_wrong_options(options: dict[str, object], part: str) -> None:
    with pytest.raises(trueroom.UsageError, match=part) as caught:
        await trueroom.connect(**options)  # type: ignore[arg-type]
    assert "4711" not in str(caught.value)
