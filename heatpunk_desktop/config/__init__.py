"""What is kept between starts: the settings file, and the API key in the operating system's keyring. No Qt."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.config.credentials import Credentials as Credentials
    from heatpunk_desktop.config.credentials import KeyLocation as KeyLocation
    from heatpunk_desktop.config.credentials import kept_words as kept_words
else:
    __getattr__ = lazy_names(__name__, Credentials="credentials", KeyLocation="credentials", kept_words="credentials")
