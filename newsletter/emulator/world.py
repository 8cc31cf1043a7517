"""In: Options. Out: every part of the emulator, made and joined, with one way to start afresh.

Called by server.py at start; held by the routes.
"""

import time
from functools import partial

from newsletter.emulator.account import Account, Bucket
from newsletter.emulator.behaviour import PRESETS, load_behaviour
from newsletter.emulator.clock import Activity, Agenda, Clock
from newsletter.emulator.events import Events
from newsletter.emulator.faults import Faults, Script, load_script
from newsletter.emulator.history import History, Record
from newsletter.emulator.holds import Holds
from newsletter.emulator.intake import Intake
from newsletter.emulator.journal import Journal
from newsletter.emulator.message import Press
from newsletter.emulator.options import Options
from newsletter.emulator.posting import Posting
from newsletter.emulator.readers import Readers, load_habits
from newsletter.emulator.scheduling import Scheduling
from newsletter.emulator.signing import Signer
from newsletter.emulator.suppressions import Suppressions
from newsletter.emulator.upn import read_ref


class World:
    """One emulated service. Made inside a running event loop."""

    def __init__(self, options: Options, journal: Journal) -> None:
        self.options, self.folder = options, journal.folder
        self.history = History(journal)
        self.clock = Clock(self._start())
        self.activity, self.agenda = Activity(), Agenda(self.clock)
        self.account, self.holds, self.suppressions = Account.of(options), Holds(), Suppressions()
        self.faults = Faults(options.seed, options.batch_arg)
        self.scheduling = Scheduling(self.history, self.clock, options.seed)
        self.intake = Intake(options, self.account, self.history, self.clock)
        self.press, self.signer = Press(options, self.history), Signer(options.seed)
        self.index_delay = options.index_delay
        self.posting = Posting(self.account.webhook, self.signer, self.history, self.clock, self.agenda)
        self.readers = Readers(self.press, self.agenda, options.seed)
        self.events = Events(
            self.press,
            self.agenda,
            self.suppressions,
            seed=options.seed,
            behaviour=load_behaviour(options.behaviour),
        )
        self._planned = 0
        self._told: set[int] = set()
        self._join()

    def _start(self) -> float:
        wished = self.options.clock.timestamp() if self.options.clock else time.time()
        # After a restart time does not run backwards.
        return max(self.history.last_at, wished)

    def _join(self) -> None:
        self.posting.activity = self.readers.activity = self.activity
        self.posting.seed = self.options.seed
        self.posting.manner.interval = self.options.event_interval
        self.events.post = self.posting.add
        self.events.fate = self.press.fate = self.scheduling.fate
        self.events.on_delivered = self.readers.delivered
        self.history.on_accepted.append(lambda _: self.plan_events())
        self.readers.not_before = self.history.last_at
        if self.options.readers:
            self.readers.use(load_habits(self.options.readers))
        if self.options.faults:
            self.use_script(load_script(self.options.faults))

    def begin(self) -> None:
        """Take up what an earlier run left: stories of accepted mail, and events that were not posted."""
        for note in self.history.notes["happening"]:
            if ref := read_ref(note["ref"]):
                self.events.recall(ref, note["event"])
        self.plan_events()

    def use_script(self, script: Script) -> None:
        """Follow a fault script from now on."""
        self.faults.use(script)
        self.account.bucket = Bucket(script.bucket, self.clock) if script.bucket else None

    @property
    def tells_stories(self) -> bool:
        """True if anyone wants events: a webhook, readers, or a behaviour beyond the plain one."""
        wanted = bool(self.account.webhook.url and self.account.webhook.enabled)
        return wanted or self.readers.habits is not None or self.events.behaviour is not PRESETS["plain"]

    def plan_events(self) -> None:
        """Plan the events of accepted requests that have none yet, if anyone wants them."""
        if not self.tells_stories:
            return
        accepted = self.history.accepted()
        for record in accepted[self._planned :]:
            self.agenda.at(record.at, partial(self._tell, record))
        self._planned = len(accepted)

    def _tell(self, record: Record, _: float, *, at_once: bool = False) -> None:
        if record.number not in self._told:
            self._told.add(record.number)
            self.events.begin(record, at_once=at_once)

    async def events_first(self, record: Record) -> None:
        """Post the first events of a request now, and wait for the answer: before the sender has its own."""
        self._tell(record, record.at, at_once=True)
        await self.agenda.caught_up()
        self.posting.flush()
        await self.agenda.caught_up()
        await self.activity.quiet()

    def reset(self, *, keep_faults: bool = False) -> None:
        """Forget all requests, events and lists; settings and the clock stay."""
        self.agenda.clear()
        self.holds.clear()
        for part in (
            self.history,
            self.events,
            self.posting,
            self.readers,
            self.suppressions,
            self.scheduling,
        ):
            part.clear()
        self.press.forget()
        self.index_delay = self.options.index_delay
        self._planned = 0
        self._told.clear()
        self.account.refused, self.account.limited_until = False, 0.0
        if not keep_faults:
            self.use_script(Script())

    def stop(self) -> None:
        """End what is under way."""
        self.activity.stop()
        self.holds.clear()
