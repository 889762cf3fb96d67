"""Whole Debian systems in folders, made by debootstrap, in which packages are made and tried: root only.

Each command in one runs in namespaces of its own: what it mounted and what it left running ends with it, also where it
was killed. The pristine systems are kept in `build/chroots`, so that only the first run waits for them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble, attempt, must, say
from installers.names import BUILD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHROOTS: Final = BUILD / "chroots"

#: Seconds after which a pristine system is made anew, so that it has the security updates.
_STALE: Final = 14 * 24 * 3600

#: What this machine says about how registries are reached and whom to trust there.
_HANDED_IN: Final = re.compile(
    r"(?i)(PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|DEFAULT_TIMEOUT)|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|"
    r"(https?|no)_proxy)"
)
#: Settings of apt that tell how it reaches its registries; the others are about what this machine keeps.
_APT_SETTINGS: Final = re.compile(r"(?im)^\s*Acquire(::|\s*\{)")

#: Mounts what programs expect, and goes on inside. `$1` is the folder of the system, `$2` the packages that apt keeps.
#: The folder becomes a mount of its own first, so that nothing of it shows outside. What goes on there is the first
#: process: it has to clear away those whose parents are gone, as a shell does when it waits.
_ENTER: Final = """
set -e
mount --bind "$1" "$1"
mount --make-private "$1"
mount -t proc proc "$1/proc"
mount --rbind /sys "$1/sys"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/var/cache/apt/archives"
if [ -d /tmp/.X11-unix ]; then mkdir -p -m 1777 "$1/tmp/.X11-unix"; mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"; fi
exec chroot "$1" sh -c "echo ready; while sleep 0.5; do :; done"
"""


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Debian.

    Attributes:
        number: Such as 12.
        name: What debootstrap and apt call it.
    """

    number: int
    name: str

    @property
    def title(self) -> str:
        """What people call it."""
        return f"Debian {self.number}"


BOOKWORM: Final = Release(12, "bookworm")
TRIXIE: Final = Release(13, "trixie")


def are_possible() -> bool:
    """Whether such systems can be made here; says why not."""
    if os.geteuid() != 0:
        say("This is not run as root, so no clean Debian can be made to build and try in.")
        return False
    if shutil.which("debootstrap") is None or shutil.which("unshare") is None:
        say("There is no debootstrap here, so no clean Debian can be made to build and try in.")
        return False
    if not _isolated():
        say("This root may not mount anything (a container?), so no clean Debian can be made to build and try in.")
        return False
    return True


@cache
def _isolated() -> list[str]:
    """What runs a command that may mount without anybody else's seeing it; empty where it cannot be done."""
    usual = ["unshare", "--mount"]
    # Within a chroot, as this may be one itself, there is no mount at the root that could be made private.
    within_chroot = [*usual, "--propagation", "unchanged"]
    for way in (usual, within_chroot):
        if attempt([*way, "--pid", "--fork", "true"], seconds=30).returncode == 0:
            return way
    return []


class System:
    """A Debian in a folder. Commands run in it only while it is `running`.

    Args:
        folder: Its root.
        release: Which it is.
    """

    def __init__(self, folder: Path, release: Release) -> None:
        self.folder = folder
        self.release = release
        self._first: int | None = None

    @contextmanager
    def running(self) -> Iterator[System]:
        """Has commands run in it from now on, in namespaces of its own; whatever still runs in the end is killed.

        Raises:
            Trouble: It cannot be entered.
        """
        if self._first is not None:
            yield self
            return
        first = ["--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh"]
        command = [*_isolated(), *first, str(self.folder), str(_kept_packages(self.release))]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as outer:
            try:
                if outer.stdout is None or outer.stdout.readline() != "ready\n":
                    raise Trouble(f"{self.folder} cannot be entered.")
                # It is `unshare` that was started; the first process within is its child.
                self._first = int(Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text("ascii").split()[0])
                yield self
            finally:
                self._first = None
                outer.kill()

    def path(self, path: str | Path) -> Path:
        """Where this machine finds a path of the system."""
        return self.folder / str(path).lstrip("/")

    def command(
        self, command: Sequence[str], *, user: str = "root", variables: Mapping[str, str] | None = None
    ) -> list[str]:
        """What to run on this machine to have the command run in the system, which has to be running.

        Args:
            command: The program and its arguments, as the system knows them.
            user: Who runs it; with the groups and the home that the system has for them.
            variables: Beside HOME, PATH, USER and LANG.
        """
        if self._first is None:
            raise ValueError("the system is not running")
        home = self.home_of(user)
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        all_of_them = {"HOME": home, "USER": user, "LOGNAME": user, "PATH": path, "LANG": "C.UTF-8", "TERM": "dumb"}
        all_of_them |= variables or {}
        become = [] if user == "root" else ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        return [
            *("nsenter", "--mount", "--pid", "--root", "--target", str(self._first), *become),
            *("env", "-i", f"--chdir={home}", *(f"{name}={value}" for name, value in all_of_them.items())),
            *command,
        ]

    def attempt(
        self,
        command: Sequence[str],
        *,
        seconds: float,
        user: str = "root",
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the system that may fail; see `command` and `commands.attempt`."""
        with self.running():
            return attempt(self.command(command, user=user, variables=variables), seconds=seconds)

    def must(
        self,
        command: Sequence[str],
        otherwise: str,
        *,
        seconds: float,
        user: str = "root",
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Runs a command in the system that has to succeed; see `command` and `commands.must`. Raises Trouble."""
        with self.running():
            return must(self.command(command, user=user, variables=variables), otherwise, seconds=seconds)

    def install(self, *packages: str) -> str:
        """Installs packages, by name or by path within the system, without what they only recommend. Raises Trouble."""
        return self.apt("install", "--no-install-recommends", *packages)

    def apt(self, *arguments: str) -> str:
        """Runs apt-get. Raises Trouble."""
        options = ["-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Keep-Downloaded-Packages=true"]
        return self.must(
            ["apt-get", *options, *arguments],
            f"apt-get could not {' '.join(arguments)} in {self.release.title}.",
            seconds=1800,
            variables={"DEBIAN_FRONTEND": "noninteractive"},
        )

    def add_user(self, name: str) -> None:
        """Adds an ordinary user, whatever letters the name has. Raises Trouble."""
        self.must(
            ["useradd", "--create-home", "--shell", "/bin/bash", "--badname", name],
            f"The user {name} could not be added.",
            seconds=60,
        )

    def home_of(self, user: str) -> str:
        """Where a user is at home, within the system. Raises Trouble for nobody's name."""
        for line in self.path("/etc/passwd").read_text("utf-8").splitlines():
            fields = line.split(":")
            if fields[0] == user:
                return fields[5]
        raise Trouble(f"There is no user {user} in {self.folder}.")

    def remove(self) -> None:
        """Deletes it. Nothing is mounted in it, as far as this machine can see."""
        shutil.rmtree(self.folder, ignore_errors=True)


def pristine(release: Release) -> System:
    """The release as debootstrap makes it, with what this machine knows of registries; kept from run to run.

    Raises:
        Trouble: It could not be made.
    """
    folder = CHROOTS / release.name
    made = folder / "etc" / "debian_version"
    if made.is_file() and time.time() - folder.stat().st_mtime < _STALE:
        return System(folder, release)
    say(f"Making a clean {release.title}")
    shutil.rmtree(folder, ignore_errors=True)
    CHROOTS.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ["--variant=minbase", "--include=ca-certificates"]
    must(
        [*_isolated(), "debootstrap", *options, release.name, str(unfinished), _mirror()],
        "debootstrap could not make it. Is the network there?",
        seconds=1800,
    )
    system = System(unfinished, release)
    _hand_in(system)
    system.apt("update")
    system.apt("upgrade")
    unfinished.rename(folder)
    os.utime(folder)
    return System(folder, release)


def fresh(release: Release, name: str) -> System:
    """A clean copy of the release, in place of an older one of that name. Raises Trouble."""
    source = pristine(release)
    folder = CHROOTS / f"{release.name}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    must(["cp", "-a", "--reflink=auto", str(source.folder), str(folder)], "It could not be copied.", seconds=900)
    return System(folder, release)


def handed_in() -> dict[str, str]:
    """The variables that tell how registries are reached."""
    return {name: value for name, value in os.environ.items() if _HANDED_IN.fullmatch(name)}


def _kept_packages(release: Release) -> Path:
    folder = CHROOTS / f"packages-{release.name}"
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    return folder


def _mirror() -> str:
    """Where this machine has Debian itself from."""
    for file in sorted(Path("/etc/apt").glob("sources.list.d/*.sources")):
        for paragraph in re.split(r"\n\s*\n", file.read_text("utf-8")):
            found = re.search(r"^URIs:\s*(https?://\S+)", paragraph, re.MULTILINE)
            if found and "security" not in found[1] and re.search(r"^Components:.*\bmain\b", paragraph, re.MULTILINE):
                return found[1]
    for file in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt").glob("sources.list.d/*.list"))):
        text = file.read_text("utf-8") if file.is_file() else ""
        if found := re.search(r"^deb (?:\[.*?\] )?(https?://\S+) ", text, re.MULTILINE):
            return found[1]
    raise Trouble("No mirror of Debian is named in /etc/apt, so nothing tells where to get a clean one from.")


def _hand_in(system: System) -> None:
    """Tells the system what this machine knows of registries: names, certificates, settings."""
    shutil.copy("/etc/resolv.conf", system.path("/etc/resolv.conf"))
    certificates = system.path("/etc/ssl/certs")
    shutil.rmtree(certificates)
    shutil.copytree("/etc/ssl/certs", certificates)  # links become files: what they lead to is not there
    for file in Path("/etc/apt/apt.conf.d").iterdir():
        if file.is_file() and _APT_SETTINGS.search(file.read_text("utf-8", "replace")):
            shutil.copy(file, system.path("/etc/apt/apt.conf.d"))
    if (settings := Path("/etc/pip.conf")).is_file():
        shutil.copy(settings, system.path("/etc/pip.conf"))
