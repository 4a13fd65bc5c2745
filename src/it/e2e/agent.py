"""Agents on the official Python client: agent.py <url> <sessions at once> <calls per session> <calls per second>

One JSON line per call on standard output until the standard input ends: {at, ok, error}. A session that cannot be
opened is a failed call.
"""

import asyncio
import itertools
import json
import os
import sys
import threading
import time

from mcp import Client

url, sessions, calls, rate = sys.argv[1], *map(int, sys.argv[2:5])
zones = itertools.cycle(os.environ["E2E_ZONES"].split(","))
pause = sessions / rate
open_ = threading.Event()
open_.set()


def watch() -> None:
    sys.stdin.read()
    open_.clear()


def report(ok: bool, error: str = "") -> None:
    print(json.dumps({"at": int(time.time() * 1000), "ok": ok, "error": error[:200]}), flush=True)


async def session() -> None:
    try:
        async with Client(url) as client:
            for _ in range(calls):
                if not open_.is_set():
                    return
                due = time.monotonic() + pause
                try:
                    answer = await client.call_tool("get_current_time", {"timezone": next(zones)})
                    failed = bool(answer.is_error)
                    report(not failed, answer.content[0].text if failed and answer.content else "")
                except Exception as e:  # every failure of a call is counted, whatever it is
                    report(False, f"call: {e}")
                await asyncio.sleep(max(0.0, due - time.monotonic()))
    except Exception as e:
        report(False, f"connect: {e}")
        await asyncio.sleep(pause)


async def main() -> None:
    async def again() -> None:
        while open_.is_set():
            await session()

    await asyncio.gather(*(again() for _ in range(sessions)))


threading.Thread(target=watch, daemon=True).start()
asyncio.run(main())
