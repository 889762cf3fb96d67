"""Sample projects, as many as wanted, each made on request from nothing but the seed and its number."""

from __future__ import annotations

import unicodedata
from array import array
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from random import Random
from struct import Struct
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.sandbox import sample_words as words
from heatpunk_desktop.sandbox.project import SandboxProject, default_name, from_millis, stored_coordinate, to_millis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.sandbox.users import Users

MAX_PROJECTS: Final = 1_000_000

_FIRST_ID: Final = 986_301
_DAY: Final = 86_400_000
_MINUTE: Final = 60_000
#: Milliseconds after midnight between which users work.
_MORNING: Final = 420 * _MINUTE
_EVENING: Final = 1200 * _MINUTE
#: Days from the oldest project to the newest. 2,400 days, of which the last 90 hold about an eighth of all projects.
_SPAN: Final = 2_400
_NUMBER: Final = Struct("<qq")
_DICE: Final = Struct("<32H")

#: By age in days: up to which age, and the statuses of sixteen projects of that age.
_STATUSES: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (30, ("Lead",) * 9 + ("Quote",) * 5 + ("Sale", "Rejected")),
    (120, ("Lead",) * 4 + ("Quote",) * 6 + ("Sale",) * 3 + ("Install",) * 2 + ("Rejected",)),
    (400, ("Lead",) * 2 + ("Quote",) * 3 + ("Sale",) * 2 + ("Install",) * 2 + ("Completed",) * 5 + ("Rejected",) * 2),
    (1 << 30, ("Lead", "Quote", "Sale") + ("Completed",) * 10 + ("Rejected",) * 3),
)
_BUILD_DATES: Final = ("pre2000",) * 4 + ("post2000", "post2006", "", "")
#: The letters that end a postcode.
_INWARD: Final = "ABDEFGHJLNPQRSTUWXYZ"
_PLAIN: Final = str.maketrans(
    {"ł": "l", "Ł": "l", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "’": "", "'": "", " ": "-", ".": ""}
)
#: Counted from the newest, the first project with an awkward name, and how many there are from one to the next.
_AWKWARD_FIRST: Final = 5
_AWKWARD_EVERY: Final = 7
#: One owner in sixteen; the first member has most.
_OWNER_SHARES: Final = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4)


def _email_part(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return plain.lower().strip("-")


class SampleData:
    """A sequence of projects in the order of their creation, made on request.

    The same seed, count, users and days make the same projects, whichever of them is asked for first.
    """

    def __init__(self, count: int, *, seed: int, users: Users, until: datetime) -> None:
        """Lay out when each project was created.

        Args:
            count: 0 to 1,000,000.
            seed: Any whole number of 64 bits.
            users: Whose projects they are.
            until: No project is younger than this (aware).
        """
        if not 0 <= count <= MAX_PROJECTS:
            raise ValueError(f"the sandbox makes 0 to {MAX_PROJECTS:,} sample projects, not {count:,}")
        self._seed = seed
        self._users = users
        self._until = to_millis(until)
        self._emails = {name: _email_part(name) for first, last in words.PEOPLE.values() for name in (*first, *last)}
        #: Milliseconds since 1970 at which each was created, rising.
        self.created = self._creation_times(count)

    @classmethod
    def up_to(cls, count: int, *, seed: int, users: Users, today: date, now: datetime) -> SampleData:
        """Return sample projects up to the end of the working day of `today`, none of them after `now`."""
        evening = datetime.combine(today, time(18), UTC)
        return cls(count, seed=seed, users=users, until=min(evening, now.astimezone(UTC)))

    def __len__(self) -> int:
        return len(self.created)

    def __iter__(self) -> Iterator[SandboxProject]:
        return (self[index] for index in range(len(self)))

    def _creation_times(self, count: int) -> array[int]:
        draw = Random(self._seed).random
        last_midnight = self._until - self._until % _DAY
        times: list[int] = []
        for index in range(count):
            age = int(_SPAN * (1 - (index + draw()) / count) ** 1.6)
            # Seven to six, with most of it in the middle.
            minutes = int(420 + 330 * (draw() + draw()))
            moment = last_midnight - age * _DAY + minutes * _MINUTE + int(draw() * _MINUTE)
            # 1 January 1970 was a Thursday: Sundays move to the Friday before, mostly nobody works then.
            if (moment // _DAY + 4) % 7 == 0:
                moment -= 2 * _DAY
            while moment > self._until:
                moment -= _DAY
            times.append(moment // 1000 * 1000)
        times.sort()
        return array("q", times)

    def id_of(self, index: int) -> int:
        """Return the project ID at a place: rising, with gaps, as on a server that others use as well."""
        return _FIRST_ID + 3 * index + ((index * 2_654_435_761) >> 7) % 3

    def index_of(self, project_id: int) -> int | None:
        """Return the place of a project ID, or None where it is no sample project's."""
        index = (project_id - _FIRST_ID) // 3
        return index if 0 <= index < len(self.created) and self.id_of(index) == project_id else None

    def __getitem__(self, index: int) -> SandboxProject:
        if not 0 <= index < len(self.created):
            raise IndexError(index)
        dice = _DICE.unpack(blake2b(_NUMBER.pack(self._seed, index), digest_size=64).digest())
        created = self.created[index]
        age = (self._until - created) // _DAY
        town = words.TOWNS[dice[0] % len(words.TOWNS)]
        streets = words.STREETS.get(town.people, words.STREETS["england"])
        street = streets[dice[1] % len(streets)]
        number = 1 + dice[2] % (9 if dice[3] % 3 else 180)
        first, last, customer = self._customer(town, dice)
        statuses = next(choice for limit, choice in _STATUSES if age < limit)
        located = dice[4] % 25 != 0
        has_contact = dice[5] % 8 != 0
        email = f"{self._emails[first]}.{self._emails[last]}{dice[10] % 90 + 10}@example.com"
        phone = words.MOBILE if dice[11] % 3 else town.phone
        return SandboxProject(
            project_id=self.id_of(index),
            owner=self._users[_OWNER_SHARES[dice[6] % 16] % len(self._users)].owner_id,
            created=created,
            modified=self._modified(created, dice),
            project_name=self._name(index, dice, street=street, number=number, last=last, town=town.name),
            customer_name=customer,
            customer_email=email if has_contact and customer else "",
            customer_phone=phone.format(dice[12] % 1000) if has_contact else "",
            address=f"{number} {street}, {town.name}, {town.county}" if dice[13] % 40 else "",
            postcode=_postcode(town, dice) if dice[14] % 30 else "",
            lat=stored_coordinate(town.latitude + (dice[15] - 32_768) / 1_600_000) if located else None,
            lng=stored_coordinate(town.longitude + (dice[16] - 32_768) / 1_000_000) if located else None,
            status=statuses[dice[17] % 16],
            build_date=_BUILD_DATES[dice[18] % 8],
            crm_reference=f"CRM/{from_millis(created).year}-{index % 10_000:04d}" if dice[19] % 4 == 0 else "",
        )

    def _modified(self, created: int, dice: tuple[int, ...]) -> int:
        """Return when a project was last changed: mostly within weeks, at any time until now, seldom at night."""
        weeks = dice[7] * dice[8] // 65_536 * _MINUTE
        moment = created + min(weeks, (self._until - created) * dice[9] // 65_536)
        if not _MORNING <= moment % _DAY < _EVENING:
            moment -= _DAY - (_EVENING - _MORNING)
        return max(created, moment)

    @staticmethod
    def _customer(town: words.Town, dice: tuple[int, ...]) -> tuple[str, str, str]:
        firsts, lasts = words.PEOPLE[words.PEOPLE_OF[town.people][dice[20] % 8]]
        first, last = firsts[dice[21] % len(firsts)], lasts[dice[22] % len(lasts)]
        match dice[23] % 24:
            case 0:
                customer = ""
            case 1 | 2:
                customer = words.ORGANISATIONS[dice[24] % len(words.ORGANISATIONS)].format(town=town.name, last=last)
            case 3:
                customer = f"Mr & Mrs {last}"
            case 4:
                customer = f"{first} & {firsts[dice[25] % len(firsts)]} {last}"
            case _:
                customer = f"{first} {last}"
        return first, last, customer

    def _name(self, index: int, dice: tuple[int, ...], **parts: str | int) -> str:
        from_end = len(self.created) - 1 - index
        if from_end % _AWKWARD_EVERY == _AWKWARD_FIRST and from_end // _AWKWARD_EVERY < len(words.AWKWARD_NAMES):
            return words.AWKWARD_NAMES[from_end // _AWKWARD_EVERY]
        pattern = words.NAME_PATTERNS[dice[27] % len(words.NAME_PATTERNS)]
        if not pattern and dice[28] % 2:
            return default_name(from_millis(self.created[index]))
        house = words.HOUSES[dice[26] % len(words.HOUSES)]
        return pattern.format(house=house, count=dice[28] % 9 + 2, **parts)


def _postcode(town: words.Town, dice: tuple[int, ...]) -> str:
    district = town.districts[dice[29] % len(town.districts)]
    letters = _INWARD[dice[30] % 20] + _INWARD[dice[30] // 20 % 20]
    return f"{district} {dice[31] % 9 + 1}{letters}"
