"""Tasks that await answers go on inside of what delivers these. They must not notice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeAlias

import pytest
import trueroom
from conftest import frames, soon
from trueroom import Record
from trueroom.simulator import Simulator

# Sends the answers that were held back, and events, in one go.
Answer: TypeAlias = Callable[..., Awaitable[None]]
Held: TypeAlias = Callable[[int], Awaitable[Answer]]

TOLD: ContextVar[int] = ContextVar("TOLD")


async def hold_back(simulator: Simulator, room: trueroom.Room, count: int) -> Answer:
    """Waits until so many commands have come, which are not answered."""
    await simulator.wait_for(received="getSystemInfo", count=count)
    log = [entry.to_dict() for entry in await simulator.perform("log")]
    came = [entry.get("message", entry) for entry in log]
    asked = [message for message in came if message.get("method") == "getSystemInfo"]
    assert len(asked) == count == room.counters.pending
    answers = [
        {"method": "getSystemInfo", "requestId": message["requestId"], "number": number}
        for number, message in enumerate(asked)
    ]

    async def answer(before: list[dict[str, Any]] | None = None) -> None:
        await simulator.perform("sendRaw", bytes=frames([*(before or []), *answers]))

    return answer


@pytest.fixture
async def held(async_simulator: Simulator, room: trueroom.Room) -> Held:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo", times=100)
    return lambda count: hold_back(async_simulator, room, count)


async def test_tasks_and_contexts_are_their_own(room: trueroom.Room) -> None:
    async def work(number: int) -> None:
        TOLD.set(number)
        task = asyncio.current_task()
        for _ in range(5):
            await room.command("getAppState")
            assert asyncio.current_task() is task
            assert TOLD.get() == number

    own = asyncio.current_task()
    await soon(asyncio.gather(*(work(number) for number in range(100))))
    assert asyncio.current_task() is own
    assert TOLD.get(None) is None


async def test_a_task_of_python_can_await(room: trueroom.Room) -> None:
    # What a loop uses that has tasks of its own.
    tasks: Any = asyncio.tasks
    task = tasks._PyTask(room.command("getAppState"), loop=asyncio.get_running_loop())
    assert (await soon(task))["result"] is True
    task = tasks._PyTask(room.command("getAppState"), loop=asyncio.get_running_loop())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert room.counters.pending == 0


async def test_handlers_hear_first_what_was_said_before(room: trueroom.Room, held: Held) -> None:
    order: list[str] = []
    room.on("tick", lambda event: order.append(f"tick {event.number}"))

    async def work() -> None:
        answer = await room.command("getSystemInfo")
        order.append(f"answer {answer.number}")

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    answer = await held(3)
    await answer(before=[{"event": "tick", "number": 1}])
    await soon(asyncio.gather(*tasks))
    assert order == ["tick 1", "answer 0", "answer 1", "answer 2"]


async def test_a_handler_cancels_a_task_whose_answer_has_come(
    room: trueroom.Room, held: Held
) -> None:
    async def work() -> object:
        try:
            return (await room.command("getSystemInfo")).number
        except asyncio.CancelledError as error:
            return error.args

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    room.on("tick", lambda event: tasks[1].cancel("no longer wanted"))
    answer = await held(3)
    await answer(before=[{"event": "tick"}])
    assert await soon(asyncio.gather(*tasks)) == [0, ("no longer wanted",), 2]
    assert room._host.mailbox.waiting == room.counters.pending == 0


async def test_a_task_cancels_others_whose_answers_have_come(
    room: trueroom.Room, held: Held
) -> None:
    async def first() -> None:
        await room.command("getSystemInfo")
        for task in tasks:
            task.cancel()

    async def stubborn() -> bool:
        with pytest.raises(asyncio.CancelledError):
            await room.command("getSystemInfo")
        return (await room.command("getAppState"))["result"] is True

    tasks: list[asyncio.Task[Any]] = []
    canceller = asyncio.create_task(first())
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(room.command("getSystemInfo")), asyncio.create_task(stubborn())]
    await (await held(3))()
    await soon(canceller)
    cancelled, survived = await soon(asyncio.gather(*tasks, return_exceptions=True))
    assert isinstance(cancelled, asyncio.CancelledError)
    assert survived is True
    assert room._host.mailbox.waiting == room.counters.pending == 0


async def test_an_error_of_a_task_is_its_own(room: trueroom.Room, held: Held) -> None:
    async def work() -> int:
        answer = await room.command("getSystemInfo")
        return 1 // int(answer.number)

    tasks = [asyncio.create_task(work()) for _ in range(2)]
    await (await held(2))()
    first, second = await soon(asyncio.gather(*tasks, return_exceptions=True))
    assert isinstance(first, ZeroDivisionError)
    assert second == 1


async def test_it_is_awaited_by_one_task_and_taken_once(room: trueroom.Room, held: Held) -> None:
    answer = room._native.send(room._host, "getSystemInfo", "{}", None, Record)

    async def wait() -> None:
        await answer

    with pytest.raises(RuntimeError, match="has not come"):
        answer.value()
    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="another task"):
        await answer
    await (await held(1))()
    await soon(task)
    await answer
    assert answer.value().number == 0
    with pytest.raises(RuntimeError, match="was taken"):
        answer.value()
    assert not answer.cancel()
    assert not answer.cancelled()


async def test_a_coroutine_that_is_closed_gives_up_its_command(
    room: trueroom.Room, held: Held
) -> None:
    command = room.command("getSystemInfo")
    command.send(None)
    await held(1)
    command.close()
    assert room._host.mailbox.waiting == room.counters.pending == 0


def test_ctrl_c_in_one_task_leaves_the_others_theirs() -> None:
    loop = asyncio.new_event_loop()
    done: list[int] = []

    async def work(room: trueroom.Room, number: int) -> None:
        await room.command("getSystemInfo")
        done.append(number)
        if number == 1:
            raise KeyboardInterrupt

    async def begin() -> tuple[Simulator, trueroom.Room]:
        simulator = Simulator()
        await simulator.start()
        await simulator.perform("dropNextAnswer", method="getSystemInfo", times=4)
        return simulator, await trueroom.connect(**simulator.address)

    async def work_all() -> list[Any]:
        tasks = [asyncio.create_task(work(room, number)) for number in range(4)]
        answer = await hold_back(simulator, room, 4)
        sending = asyncio.ensure_future(answer())
        outcomes: list[Any] = await soon(asyncio.gather(sending, *tasks, return_exceptions=True))
        return outcomes

    async def end() -> None:
        await room.close()
        await simulator.stop()

    simulator, room = loop.run_until_complete(begin())
    working = loop.create_task(work_all())
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(working)
    # Out of the loop, before anything else was done.
    assert done == [0, 1]
    assert room._host.mailbox.waiting == 2
    outcomes = loop.run_until_complete(working)
    assert [type(outcome) for outcome in outcomes[1:]] == [
        type(None),
        KeyboardInterrupt,
        type(None),
        type(None),
    ]
    assert done == [0, 1, 2, 3]
    loop.run_until_complete(end())
    loop.close()


async def test_an_answer_that_is_kept_stays_as_it_is(room: trueroom.Room, held: Held) -> None:
    # The record of an answer that nobody kept becomes that of a later one.
    tasks = [asyncio.create_task(room.command("getSystemInfo")) for _ in range(6)]
    await (await held(6))()
    kept = [await soon(task) for task in tasks]
    assert [record.number for record in kept] == list(range(6))
    for _ in range(5):
        assert (await room.command("getAppState")).method == "getAppState"
    assert [record.number for record in kept] == list(range(6))
