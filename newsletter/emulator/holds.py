"""In: a request that has come to a point where a script says `hold`. Out: word to the harness, then the harness's decision.

Called by exchange.py; waited for and released through the control API. With it a test kills the sender at that instant.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

from newsletter.emulator.faults import Rule
from newsletter.emulator.history import Record

Decision = Literal["accept", "drop"]


@dataclass(frozen=True, slots=True)
class _Held:
    """A request that stands still."""

    told: dict[str, Any]
    decision: "asyncio.Future[Decision]"


class Holds:
    """Requests that stand still, by the id of the rule that stopped them."""

    def __init__(self) -> None:
        self._held: dict[str, list[_Held]] = defaultdict(list)
        self._reached: list[dict[str, Any]] = []
        self._news = asyncio.Condition()

    async def reach(self, rule: Rule, record: Record) -> Decision:
        """Tell, then stand still until released; after `timeout` seconds do what the rule says."""
        held = await self._tell(rule, record)
        try:
            async with asyncio.timeout(rule.timeout):
                return await held.decision
        except TimeoutError:
            return rule.then
        finally:
            self._held[rule.id].remove(held)

    async def pass_by(self, rule: Rule, record: Record) -> None:
        """Tell, but do not stand still: the answer is already written."""
        held = await self._tell(rule, record)
        self._held[rule.id].remove(held)

    async def _tell(self, rule: Rule, record: Record) -> _Held:
        told = {
            "id": rule.id,
            "at": rule.at,
            "number": record.number,
            "index": record.index,
            "batch": record.batch,
        }
        held = _Held(told, asyncio.get_running_loop().create_future())
        async with self._news:
            self._held[rule.id].append(held)
            self._reached.append(told)
            self._news.notify_all()
        return held

    async def wait(self, name: str, seconds: float, *, seen: int = 0) -> dict[str, Any]:
        """Wait until more than `seen` requests have reached the point.

        Returns {"id", "reached": [...], "held": n}; after `seconds` with whatever there is.
        """
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: len(self._of(name)) > seen)
        except TimeoutError:
            pass
        return {"id": name, "reached": self._of(name), "held": len(self._held[name])}

    def _of(self, name: str) -> list[dict[str, Any]]:
        return [told for told in self._reached if told["id"] == name]

    def release(self, name: str, decision: Decision | None = None) -> int:
        """Let the held requests go on, as decided or as by default (accept); how many."""
        waiting = [held for held in self._held[name] if not held.decision.done()]
        for held in waiting:
            held.decision.set_result(decision or "accept")
        return len(waiting)

    def clear(self) -> None:
        """Release everything and forget what was reached."""
        for name in tuple(self._held):
            self.release(name)
        self._reached.clear()
