"""`--forget-keys`: removes the keys of a data folder's accounts from the keyring. For uninstallers; imports no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.config.credentials import Credentials
from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.errors import KeyringError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account


def run_forget_keys(data_dir: Path, credentials: Credentials | None = None) -> int:
    """Remove the key of each account that the data folder knows, and print the results. Deletes nothing else.

    Args:
        data_dir: Where everything is kept; it need not be there.
        credentials: Where keys are kept; the system's keyring where None.

    Returns:
        The exit code: 0, or 1 where the keyring failed to remove a key.
    """
    keys = credentials or Credentials(environment={})
    accounts = Settings.load(data_dir).accounts_with_keys
    if not accounts:
        print(f"No account is known in {data_dir}, so there is no key to forget.")
    return max((_forget(account, keys.delete) for account in accounts), default=0)


def _forget(account: Account, delete: Callable[[Account], bool]) -> int:
    who = f"{account.email} at {account.host}"
    try:
        was_there = delete(account)
    except KeyringError as error:
        print(f"{who}: the key could not be forgotten. {error.message}")
        return 1
    print(f"{who}: {'the key is forgotten.' if was_there else 'the keyring holds no key.'}")
    return 0
