import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.coordinates import (
    Position,
    check_latitude,
    check_longitude,
    check_position,
    format_degrees,
    read_position,
)
from heatpunk_desktop.domain.problem import Checked, Severity

places = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("52.2, 0.12", (52.2, 0.12)),
        ("52.2 0.12", (52.2, 0.12)),
        ("52.2,-0.12", (52.2, -0.12)),
        (" (50.7221; \u22123.5331) ", (50.7221, -3.5331)),
        ("52.2° N, 0.12° W", (52.2, -0.12)),
        ("N52.2 W0.12", (52.2, -0.12)),
        ("0.12°W 52.2°N", (52.2, -0.12)),
        ("33.9 s 18.4 e", (-33.9, 18.4)),
        ("52°11'42.4\"N 0°07'12.5\"E", (52.1951111, 0.1201389)),
        ("52\u00ba11\u203242\u2033N, 0\u00ba07\u203212\u2033W", (52.195, -0.12)),
        ("geo:52.2,0.12?z=15", (52.2, 0.12)),
        ("https://www.google.com/maps/@52.2,0.12,15z", (52.2, 0.12)),
        ("https://www.google.co.uk/maps/place/X/@52.1,0.1,13z/data=!3m1!8m2!3d52.2!4d-0.12!16s", (52.2, -0.12)),
        ("https://www.google.com/maps/search/?api=1&query=52.2%2C0.12", (52.2, 0.12)),
        ("https://maps.google.com/?q=loc:52.2,0.12", (52.2, 0.12)),
        ("https://www.google.com/maps/search/52.2,+-0.12?entry=tts", (52.2, -0.12)),
        ("https://maps.apple.com/?ll=52.2,0.12&q=Home", (52.2, 0.12)),
        ("https://maps.apple.com/place?coordinate=52.2,0.12&name=Home", (52.2, 0.12)),
        ("https://www.bing.com/maps?cp=52.2~-0.12&lvl=16.0", (52.2, -0.12)),
        ("https://bing.com/maps/default.aspx?sp=point.52.2_0.12_Home", (52.2, 0.12)),
        ("https://www.openstreetmap.org/#map=15/52.2/0.12", (52.2, 0.12)),
        ("https://www.openstreetmap.org/?mlat=52.3&mlon=0.13#map=15/52.2/0.12", (52.3, 0.13)),
        ("www.openstreetmap.org/?mlat=52.3&mlon=0.13", (52.3, 0.13)),
    ],
)
def test_pairs_and_links_are_read(text: str, place: tuple[float, float]) -> None:
    assert read_position(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "52.2",
        "50,7221",
        "50,7",  # it may be one number with a decimal comma
        "91 0",
        "0 181",
        "52.2 N 0.12 S",
        "52.2 N 0.12",
        "52.2 0.12 7",
        "nan, inf",
        "1e1, 2",
        "12 High Street, Exeter",
        "https://maps.app.goo.gl/abc",
        "https://[bad/52.2,0.12",
        "https://www.google.com/maps/@952.2,0.12,15z",
    ],
)
def test_what_holds_no_place_on_earth_is_not_read(text: str) -> None:
    assert read_position(text) is None


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    read_position(text)
    read_position(f"https://maps.example/{text}?q={text}#{text}")
    check_position(text, text)


@given(places, st.sampled_from(["{}, {}", "{} {}", "({};{})", "https://maps.example/?q={},{}"]))
def test_a_written_place_is_read_back(place: Position, pattern: str) -> None:
    shown = tuple(map(format_degrees, place))
    read = read_position(pattern.format(*shown))
    assert read
    assert tuple(map(format_degrees, read)) == shown


@given(st.floats(-90, 90))
def test_degrees_shown_are_within_a_centimetre(value: float) -> None:
    assert float(format_degrees(value)) == pytest.approx(value, abs=1e-7)
    assert check_latitude(format_degrees(value)).value == pytest.approx(value, abs=1e-7)


def test_degrees_are_shown_without_needless_noughts() -> None:
    assert [format_degrees(value) for value in (52.0, 50.7221, -0.0, 100.0, 52.193912506103516)] == [
        "52",
        "50.7221",
        "0",
        "100",
        "52.1939125",
    ]


@pytest.mark.parametrize("text", ["north", "52.2.1", "50,7221", "nan", "inf", "1e3", "52 N", "--4", "٥٢"])
def test_what_is_no_number_is_an_error(text: str) -> None:
    problem = check_latitude(text).problem
    assert problem
    assert problem.severity is Severity.ERROR
    assert "not a number of degrees" in problem.words


def test_degrees_out_of_range_are_an_error() -> None:
    assert check_latitude("90.0001").is_error
    assert check_latitude("-90").value == -90.0
    assert check_longitude("-180.1").is_error
    assert check_longitude("180°").value == 180.0


def test_a_short_link_says_what_to_do() -> None:
    problem = check_latitude("https://maps.app.goo.gl/abc").problem
    assert problem
    assert "copy the long address" in problem.words


@pytest.mark.parametrize(("latitude", "longitude"), [("52.2, 0.12", ""), ("", "52.2, 0.12"), ("52.2 0.12", "9")])
def test_a_pair_in_either_field_fills_both(latitude: str, longitude: str) -> None:
    checked = check_position(latitude, longitude)
    assert (checked.latitude, checked.longitude) == (Checked(52.2), Checked(0.12))


def test_one_without_the_other_is_an_error_on_the_empty_one() -> None:
    assert check_position("52.2", "").longitude.is_error
    assert check_position("52.2", "").latitude == Checked(52.2)
    assert check_position("", "0.1").latitude.is_error
    assert check_position("x", "").longitude == Checked(None)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("60.15", "-1.14"), None),  # Lerwick
        (("49.19", "-2.1"), None),  # St Helier
        (("52.14", "-10.27"), None),  # Dingle
        (("48.85", "2.35"), "outside the British Isles"),
        (("0.12", "52.2"), "wrong way round"),
    ],
)
def test_a_place_abroad_is_a_warning(place: tuple[str, str], words: str | None) -> None:
    problem = check_position(*place).latitude.problem
    if words is None:
        assert problem is None
    else:
        assert problem
        assert problem.severity is Severity.WARNING
        assert words in problem.words
