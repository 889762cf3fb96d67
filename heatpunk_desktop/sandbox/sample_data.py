"""Sample projects, as many as wanted, each made on request from nothing but the seed and its number.

Places carry real postcode districts and the coordinates of their centres; telephone numbers come from the ranges
that Ofcom keeps free for drama, so that none of them rings anywhere.
"""

from __future__ import annotations

import unicodedata
from array import array
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from random import Random
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

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
        self._emails = {name: _email_part(name) for first, last in PEOPLE.values() for name in (*first, *last)}
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
        town = TOWNS[dice[0] % len(TOWNS)]
        streets = STREETS.get(town.people, STREETS["england"])
        street = streets[dice[1] % len(streets)]
        number = 1 + dice[2] % (9 if dice[3] % 3 else 180)
        first, last, customer = self._customer(town, dice)
        statuses = next(choice for limit, choice in _STATUSES if age < limit)
        located = dice[4] % 25 != 0
        has_contact = dice[5] % 8 != 0
        email = f"{self._emails[first]}.{self._emails[last]}{dice[10] % 90 + 10}@example.com"
        phone = MOBILE if dice[11] % 3 else town.phone
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
    def _customer(town: Town, dice: tuple[int, ...]) -> tuple[str, str, str]:
        firsts, lasts = PEOPLE[PEOPLE_OF[town.people][dice[20] % 8]]
        first, last = firsts[dice[21] % len(firsts)], lasts[dice[22] % len(lasts)]
        match dice[23] % 24:
            case 0:
                customer = ""
            case 1 | 2:
                customer = ORGANISATIONS[dice[24] % len(ORGANISATIONS)].format(town=town.name, last=last)
            case 3:
                customer = f"Mr & Mrs {last}"
            case 4:
                customer = f"{first} & {firsts[dice[25] % len(firsts)]} {last}"
            case _:
                customer = f"{first} {last}"
        return first, last, customer

    def _name(self, index: int, dice: tuple[int, ...], **parts: str | int) -> str:
        from_end = len(self.created) - 1 - index
        if from_end % _AWKWARD_EVERY == _AWKWARD_FIRST and from_end // _AWKWARD_EVERY < len(AWKWARD_NAMES):
            return AWKWARD_NAMES[from_end // _AWKWARD_EVERY]
        pattern = NAME_PATTERNS[dice[27] % len(NAME_PATTERNS)]
        if not pattern and dice[28] % 2:
            return default_name(from_millis(self.created[index]))
        house = HOUSES[dice[26] % len(HOUSES)]
        return pattern.format(house=house, count=dice[28] % 9 + 2, **parts)


def _postcode(town: Town, dice: tuple[int, ...]) -> str:
    district = town.districts[dice[29] % len(town.districts)]
    letters = _INWARD[dice[30] % 20] + _INWARD[dice[30] // 20 % 20]
    return f"{district} {dice[31] % 9 + 1}{letters}"


class Town(NamedTuple):
    """A place: its county or region, postcode districts, centre in decimal degrees and drama telephone range."""

    name: str
    county: str
    districts: tuple[str, ...]
    latitude: float
    longitude: float
    phone: str
    people: str = "england"


#: Where an area has no range of its own, Ofcom's range for no area in particular.
_NO_AREA: Final = "01632 960{:03d}"


TOWNS: Final[tuple[Town, ...]] = (
    Town("Cambridge", "Cambridgeshire", ("CB1", "CB2", "CB3", "CB4", "CB24"), 52.2053, 0.1218, _NO_AREA),
    Town("Ely", "Cambridgeshire", ("CB6", "CB7"), 52.3995, 0.2624, _NO_AREA),
    Town("Norwich", "Norfolk", ("NR1", "NR2", "NR3", "NR4"), 52.6309, 1.2974, _NO_AREA),
    Town("Ipswich", "Suffolk", ("IP1", "IP2", "IP3", "IP4"), 52.0567, 1.1482, _NO_AREA),
    Town("Colchester", "Essex", ("CO1", "CO2", "CO3"), 51.8959, 0.8919, _NO_AREA),
    Town("Lewisham", "London", ("SE13", "SE6", "SE4"), 51.4535, -0.0180, "020 7946 0{:03d}", "city"),
    Town("Ealing", "London", ("W5", "W7", "W13"), 51.5130, -0.3089, "020 7946 0{:03d}", "city"),
    Town("Walthamstow", "London", ("E17",), 51.5886, -0.0118, "020 7946 0{:03d}", "city"),
    Town("Harrow", "Middlesex", ("HA1", "HA2", "HA3"), 51.5793, -0.3346, "020 7946 0{:03d}", "city"),
    Town("Reading", "Berkshire", ("RG1", "RG2", "RG4", "RG6"), 51.4543, -0.9781, "0118 496 0{:03d}"),
    Town("Oxford", "Oxfordshire", ("OX1", "OX2", "OX3", "OX4"), 51.7520, -1.2577, _NO_AREA),
    Town("Marlow", "Buckinghamshire", ("SL7",), 51.5719, -0.7769, _NO_AREA),
    Town("Winchester", "Hampshire", ("SO22", "SO23"), 51.0632, -1.3080, _NO_AREA),
    Town("Lewes", "East Sussex", ("BN7",), 50.8739, 0.0088, _NO_AREA),
    Town("Canterbury", "Kent", ("CT1", "CT2"), 51.2802, 1.0789, _NO_AREA),
    Town("Guildford", "Surrey", ("GU1", "GU2"), 51.2362, -0.5704, _NO_AREA),
    Town("Bristol", "Somerset", ("BS1", "BS3", "BS6", "BS7"), 51.4545, -2.5879, "0117 496 0{:03d}", "city"),
    Town("Bath", "Somerset", ("BA1", "BA2"), 51.3811, -2.3590, _NO_AREA),
    Town("Frome", "Somerset", ("BA11",), 51.2279, -2.3215, _NO_AREA),
    Town("Exeter", "Devon", ("EX1", "EX2", "EX4"), 50.7184, -3.5339, _NO_AREA),
    Town("Totnes", "Devon", ("TQ9",), 50.4319, -3.6846, _NO_AREA),
    Town("Truro", "Cornwall", ("TR1",), 50.2632, -5.0510, _NO_AREA),
    Town("Penzance", "Cornwall", ("TR18",), 50.1188, -5.5376, _NO_AREA),
    Town("Stroud", "Gloucestershire", ("GL5", "GL6"), 51.7457, -2.2178, _NO_AREA),
    Town("Gloucester", "Gloucestershire", ("GL1", "GL2"), 51.8642, -2.2382, _NO_AREA),
    Town("Hereford", "Herefordshire", ("HR1", "HR2", "HR4"), 52.0565, -2.7160, _NO_AREA),
    Town("Ludlow", "Shropshire", ("SY8",), 52.3677, -2.7189, _NO_AREA),
    Town("Birmingham", "West Midlands", ("B13", "B14", "B29", "B30"), 52.4398, -1.8904, "0121 496 0{:03d}", "city"),
    Town("Leicester", "Leicestershire", ("LE1", "LE2", "LE3", "LE5"), 52.6369, -1.1398, "0116 496 0{:03d}", "city"),
    Town("Nottingham", "Nottinghamshire", ("NG1", "NG3", "NG5"), 52.9548, -1.1581, "0115 496 0{:03d}"),
    Town("Derby", "Derbyshire", ("DE1", "DE22", "DE23"), 52.9225, -1.4746, _NO_AREA),
    Town("Buxton", "Derbyshire", ("SK17",), 53.2591, -1.9111, _NO_AREA),
    Town("Lincoln", "Lincolnshire", ("LN1", "LN2"), 53.2307, -0.5406, _NO_AREA),
    Town("Sheffield", "South Yorkshire", ("S6", "S7", "S8", "S10"), 53.3811, -1.4701, "0114 496 0{:03d}"),
    Town("Leeds", "West Yorkshire", ("LS1", "LS6", "LS7", "LS8"), 53.8008, -1.5491, "0113 496 0{:03d}", "city"),
    Town("Bradford", "West Yorkshire", ("BD1", "BD8", "BD9"), 53.7960, -1.7594, _NO_AREA, "city"),
    Town("York", "North Yorkshire", ("YO1", "YO10", "YO24"), 53.9600, -1.0873, _NO_AREA),
    Town("Whitby", "North Yorkshire", ("YO21", "YO22"), 54.4858, -0.6206, _NO_AREA),
    Town("Manchester", "Greater Manchester", ("M14", "M20", "M21"), 53.4407, -2.2371, "0161 496 0{:03d}", "city"),
    Town("Liverpool", "Merseyside", ("L15", "L17", "L18"), 53.3879, -2.9240, "0151 496 0{:03d}"),
    Town("Lancaster", "Lancashire", ("LA1",), 54.0466, -2.8007, _NO_AREA),
    Town("Kendal", "Cumbria", ("LA9",), 54.3280, -2.7460, _NO_AREA),
    Town("Durham", "County Durham", ("DH1",), 54.7761, -1.5733, "0191 498 0{:03d}"),
    Town("Newcastle upon Tyne", "Tyne and Wear", ("NE2", "NE3", "NE6"), 54.9783, -1.6178, "0191 498 0{:03d}"),
    Town("Cardiff", "South Glamorgan", ("CF5", "CF10", "CF11", "CF14"), 51.4816, -3.1791, "029 2018 0{:03d}", "wales"),
    Town("Swansea", "West Glamorgan", ("SA1", "SA2", "SA3"), 51.6214, -3.9436, _NO_AREA, "wales"),
    Town("Aberystwyth", "Ceredigion", ("SY23",), 52.4153, -4.0829, _NO_AREA, "wales"),
    Town("Bangor", "Gwynedd", ("LL57",), 53.2274, -4.1293, _NO_AREA, "wales"),
    Town("Llanrwst", "Conwy", ("LL26",), 53.1390, -3.7950, _NO_AREA, "wales"),
    Town("Machynlleth", "Powys", ("SY20",), 52.5910, -3.8510, _NO_AREA, "wales"),
    Town("Edinburgh", "Midlothian", ("EH1", "EH3", "EH6", "EH9"), 55.9533, -3.1883, "0131 496 0{:03d}", "scotland"),
    Town("Glasgow", "Lanarkshire", ("G11", "G12", "G41", "G42"), 55.8642, -4.2518, "0141 496 0{:03d}", "scotland"),
    Town("Perth", "Perthshire", ("PH1", "PH2"), 56.3950, -3.4308, _NO_AREA, "scotland"),
    Town("Inverness", "Highland", ("IV1", "IV2", "IV3"), 57.4778, -4.2247, _NO_AREA, "scotland"),
    Town("Aberdeen", "Aberdeenshire", ("AB10", "AB12", "AB15"), 57.1497, -2.0943, _NO_AREA, "scotland"),
    Town("Oban", "Argyll", ("PA34",), 56.4154, -5.4710, _NO_AREA, "scotland"),
    Town("Kirkwall", "Orkney", ("KW15",), 58.9809, -2.9605, _NO_AREA, "scotland"),
    Town("Stornoway", "Isle of Lewis", ("HS1", "HS2"), 58.2093, -6.3865, _NO_AREA, "scotland"),
    Town("Belfast", "County Antrim", ("BT5", "BT7", "BT9"), 54.5973, -5.9301, "028 9649 6{:03d}", "ireland"),
    Town("Derry", "County Londonderry", ("BT47", "BT48"), 54.9966, -7.3086, "028 9649 6{:03d}", "ireland"),
)


MOBILE: Final = "07700 900{:03d}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


#: First and family names that go together, by where the user's family comes from.
PEOPLE: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "england": (
        _words(
            "Jack, Tom, Owen, Ken, Fay, Pam, Lena, Cara, Alice, George, Harriet, Beth, Martin, Judith, Colin, Zoë, "
            "Chloë, Dominic, Ruth, Stephen, Joanne, Peter, Una, Imogen"
        ),
        _words(
            "Walker, Green, Baker, Hall, Lewis, Young, Wright, King, Wood, Brontë, Cartwright, Fairweather, "
            "Thistlethwaite, Sidebottom, Hargreaves, Pemberton, Ashdown, Trelawney, Penrose, Fenwick, "
            "Featherstonehaugh, Smith-Barry, Bloggs, Nuttall"
        ),
    ),
    "wales": (
        _words("Siân, Rhys, Gwen, Nia, Mair, Dilys, Llŷr, Gruffydd, Angharad, Ffion, Eluned, Siôn"),
        _words("Pritchard, Hughes, Jones, Llewelyn, ap Gwilym, Cadwaladr, Bevan, Probert, Môn, Parry"),
    ),
    "scotland": (
        _words("Iona, Hamish, Ewan, Mairi, Ruaridh, Catrìona, Fergus, Eilidh, Calum, Morag, Seònaid"),
        _words("Scott, Reid, Brown, MacLeod, McAllister, Mac an t-Saoir, Sinclair, Urquhart, Drever"),
    ),
    "ireland": (
        _words("Siobhán, Niamh, Seán, Pádraig, Caoimhe, Declan, Róisín, Eoin"),
        _words("O’Neill, O'Donnell, Ní Dhomhnaill, McGuinness, Kelly, Ó Briain, Gallagher"),
    ),
    "south_asia": (
        _words("Priya, Arjun, Amina, Imran, Sunita, Harpreet, Nasreen, Rohan, Zainab, Jaswinder, Thusitha"),
        _words("Patel, Singh, Kaur, Hussain, Chowdhury, Begum, Sharma, Rahman, Iqbal, Jayawardena"),
    ),
    "poland": (
        _words("Agnieszka, Łukasz, Małgorzata, Paweł, Zofia, Wojciech, Grażyna"),
        _words("Kowalczyk, Wiśniewska, Dąbrowski, Żurek, Wójcik, Błaszczyk, Szczęsny"),
    ),
    "further": (
        _words("Kwame, Adaeze, Folasadé, Winston, Marcia, José, Inés, Jürgen, Mei, Ayşe, Olena, Dr A."),
        _words("Mensah, Okonkwo, Adébáyò, Campbell, Núñez, Müller, Chen, Yılmaz, Shevchenko, Farah"),  # noqa: RUF001
    ),
}


#: Which of those live where, one in eight each.
PEOPLE_OF: Final[dict[str, tuple[str, ...]]] = {
    "england": ("england",) * 4 + ("wales", "south_asia", "poland", "further"),
    "city": ("england", "england", "ireland", "scotland", "south_asia", "south_asia", "poland", "further"),
    "wales": ("wales",) * 5 + ("england", "poland", "south_asia"),
    "scotland": ("scotland",) * 5 + ("england", "poland", "south_asia"),
    "ireland": ("ireland",) * 5 + ("scotland", "england", "poland"),
}


ORGANISATIONS: Final = (
    "{town} Housing Association",
    "{town} Bowls Club",
    "NHS Property, {town}",
    "St Mary’s Church, {town}",
    "{town} Community Energy",
    "{last} & Sons",
    "{last} Developments Ltd",
    "{town} Parish Council",
)


STREETS: Final[dict[str, tuple[str, ...]]] = {
    "england": _words(
        "High Street, Church Lane, Mill Road, Station Road, The Green, Orchard Close, Park Avenue, Victoria Road, "
        "Manor Drive, Back Lane, Chapel Street, Springfield Crescent, Queen’s Road, Ferry Lane, Sample Road, "
        "Little St Mary’s Lane, Newmarket Road, King Edward Avenue, Windmill Hill, Allotment Row"
    ),
    "wales": _words(
        "Heol y Bont, Stryd Fawr, Ffordd y Môr, Lôn Las, Heol Dŵr, Maes yr Haf, High Street, Stryd y Capel, "
        "Ffordd Penglais"
    ),
    "scotland": _words(
        "High Street, Kirk Wynd, Academy Brae, Harbour Street, Loch Road, Station Brae, Mercat Close, "
        "Ardconnel Terrace, St Magnus Lane"
    ),
    "ireland": _words("High Street, Ormeau Road, Botanic Avenue, Strand Road, Bóthar na bhFál, Malone Park"),
}


HOUSES: Final = _words(
    "The Old Bakery, The Forge, Old School, Rose Cottage, Tŷ Gwyn, Mill House, The Barn, Taigh na Mara, Hawthorns, "
    "The Old Vicarage, Lower Farm, Station House"
)


#: Names that lists, tables and files get wrong; each stands once among the newest projects.
AWKWARD_NAMES: Final = (
    "14 High Street survey 🏠♨️",
    "<b>Bold</b> & <i>brave</i> <script>alert('hello')</script>",
    "Two lines:\nbarn and annexe",
    (
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch village hall, main building with the annexe behind "
        "it, the caretaker’s flat above it, the boiler house, the bowls pavilion and whatever else the committee "
        "thinks of before the survey takes place next month, to be quoted for as one job"
    ),
    '=HYPERLINK("https://example.com","Click")',
    "  spaces around it  ",
    "مشروع المضخة الحرارية",
    "café",
)


#: One project name in twenty each; `{count}` is a small number.
NAME_PATTERNS: Final = (
    "",
    "{number} {street} survey",
    "{number} {street} survey",
    "{house}, {street}",
    "{house}, {street}",
    "{house}, {street}",
    "Flat {count}, {number} {street}",
    "{street} {number}",
    "{street} {number}",
    "{last}, {town}",
    "{last}, {town}",
    "{number} {street}, annexe",
    "{house}, {town} – phase {count}",
    "{last} – {count} kW air source",
    *("{number} {street}",) * 6,
)
