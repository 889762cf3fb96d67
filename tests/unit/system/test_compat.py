import hashlib

from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.system import compat


@given(st.binary(max_size=300))
def test_a_digest_is_the_one_of_hashlib(content: bytes) -> None:
    assert compat.sha256(content).hexdigest() == hashlib.sha256(content).hexdigest()
