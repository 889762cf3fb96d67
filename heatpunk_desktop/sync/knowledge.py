"""What the parts of the engine share: the account, its store, and what is known of its server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.sync.data_call import DataCall
from heatpunk_desktop.sync.learning import Learning, Learnt
from heatpunk_desktop.sync.long_known import LongKnown
from heatpunk_desktop.sync.round_plans import RoundPlans

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.sync.policy import SyncPolicy


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that more than one part needs.

    Attributes:
        account: The account.
        store: Its database.
        policy: How patiently doubtful operations are found out.
        clock: The present, aware. It may jump; nothing is proved by it.
        learning: Facts of the server that outlast the program.
        long_known: Projects that have been there for long.
        data_call: The server's call for one project.
        plans: Of which days the list is read.
    """

    account: Account
    store: AccountStore
    policy: SyncPolicy
    clock: Callable[[], datetime]
    learning: Learning
    long_known: LongKnown
    data_call: DataCall
    plans: RoundPlans

    @classmethod
    def of(cls, account: Account, store: AccountStore, policy: SyncPolicy, clock: Callable[[], datetime]) -> Knowledge:
        """What is known at the start, which the store tells."""
        learning = Learning(store.reader, store.facts)
        long_known = LongKnown(store.server, learning)
        data_call = DataCall(store.dispatch, learning, long_known)
        plans = RoundPlans(account, store, learning, data_call, clock)
        return cls(account, store, policy, clock, learning, long_known, data_call, plans)

    def policy_in_effect(self) -> SyncPolicy:
        """The policy for this server: where its lists were seen to lag behind, the grace period is longer."""
        grace = max(self.policy.grace_seconds, 3.0 * self.learning.number(Learnt.LIST_LAG_S))
        return replace(self.policy, grace_seconds=grace)

    def now_text(self) -> str:
        """The present as UTC text."""
        return utc_text(self.clock())
