"""Agents with long sessions on the official Python client.

session_agent.py <url> <sessions> <calls per session> <seconds until the last begins> <seconds that one lives>
One JSON line per event on standard output: {at, kind: "connect" | "call", ok, error}. Every third session makes one call
that takes 20 seconds.
"""

import asyncio
import json
import sys
import time

from mcp import Client

url = sys.argv[1]
sessions, calls, span, life = map(int, sys.argv[2:6])
begin = time.monotonic()


def report(kind: str, ok: bool, error: object = "") -> None:
    event = {"at": int(time.time() * 1000), "kind": kind, "ok": ok, "error": str(error)[:200]}
    print(json.dumps(event), flush=True)


async def until(due: float) -> None:
    await asyncio.sleep(max(0.0, due - time.monotonic()))


async def call(client: Client, number: int, i: int) -> None:
    long = number % 3 == 1 and i == calls // 3
    message = f"call {i} of {number}"
    try:
        if long:
            answer = await client.call_tool("trigger-long-running-operation", {"duration": 20, "steps": 10})
        else:
            answer = await client.call_tool("echo", {"message": message})
        text = answer.content[0].text if answer.content else ""
        right = not answer.is_error and (long or message in text)
        report("call", right, "" if right else f"{message}: wrong answer: {text}")
    except Exception as e:  # every failure of a call is counted, whatever it is
        report("call", False, f"{message}: {e}")


async def session(number: int) -> None:
    await until(begin + span * number / sessions)
    start = time.monotonic()
    connected = False
    try:
        async with Client(url, read_timeout_seconds=60) as client:
            connected = True
            report("connect", True)
            for i in range(calls):
                await until(start + life * i / calls)
                await call(client, number, i)
    except Exception as e:
        if not connected:
            report("connect", False, e)


async def main() -> None:
    await asyncio.gather(*(session(number) for number in range(sessions)))


asyncio.run(main())
