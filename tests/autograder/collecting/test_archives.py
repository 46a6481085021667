"""Whatever is in a zip: nothing outside the course is written, and each thing refused has one sentence."""

import io
import os
import resource
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.collecting import Options, archive, collect, members
from autograder.errors import UsageError

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"


def member(name, mode=None, **more):
    info = zipfile.ZipInfo(name, (2026, 2, 20, 12, 0, 0))
    if mode is not None:
        info.create_system = 3
        info.external_attr = mode << 16
    for key, value in more.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (member("../../../evil.ipynb"), "has a path that leads out of the zip"),
        (member("ada/../../evil.ipynb"), "has a path that leads out of the zip"),
        (member("/etc/evil.ipynb"), "has a path that leads out of the zip"),
        (member("C:/evil.ipynb"), "has a path that leads out of the zip"),
        (member("..\\..\\evil.ipynb"), "has a path that leads out of the zip"),
        (member("eve/link.ipynb", stat.S_IFLNK | 0o777), "is a link"),
        (member("eve/device", stat.S_IFCHR | 0o666), "is not an ordinary file"),
        (member("eve/pipe", stat.S_IFIFO | 0o666), "is not an ordinary file"),
        (member("/".join("d" * 20) + "/deep.ipynb"), "has a path that no folder can hold"),
        (member("eve/" + "n" * 300 + ".ipynb"), "has a path that no folder can hold"),
    ],
    ids=lambda each: each.filename[:20].replace("/", "|") if isinstance(each, zipfile.ZipInfo) else "",
)
def test_a_member_that_is_refused_and_the_rest_is_taken(small, pack, take, installed, odd, said):
    found = take(pack("class.zip", {odd: b"/etc/passwd", f"ada/{NAME}": b"good"}))
    assert installed("ada")[NAME] == b"good"
    assert [each.student for each in found if each.state == "new"] == ["ada"]
    (other,) = [each for each in found if each.state != "new"]
    assert other.state == "refused"
    assert said in other.note or "empty" in other.note
    assert "evil" not in "".join(path.name for path in small.root.rglob("*"))


def test_a_name_that_is_there_twice(pack, take, installed, monkeypatch):
    monkeypatch.setattr("warnings.warn", lambda *_, **__: None)
    path = pack(
        "class.zip",
        {member(f"ada/{NAME}"): b"one", member(f"ada/{NAME}", stat.S_IFREG): b"two", f"ben/{NAME}": b"x"},
    )
    found = {each.student: (each.state, each.note) for each in take(path)}
    assert found["ben"] == ("new", "")
    assert any("is in it twice, and was left out" in note for _, note in found.values())
    assert installed("ada") == {}


def test_an_encrypted_member(pack, take):
    path = pack("class.zip", {f"ada/{NAME}": b"secret", f"ben/{NAME}": b"x"})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    found = take(path)
    assert [each.student for each in found if each.state == "new"] == ["ben"]
    assert "is encrypted" in found[0].note


def test_bombs(pack, take, monkeypatch, installed):
    zeros = b"\0" * (8 * 2**20)
    found = take(pack("class.zip", {f"ada/{NAME}": zeros, f"ben/{NAME}": b"x"}))
    assert [each.student for each in found if each.state == "new"] == ["ben"]
    assert "times its size" in found[0].note
    noise = os.urandom(64) * (22 * 2**14)
    found = take(pack("large.zip", {f"eve/{NAME}": noise, "eve/b.txt": b"x"}))
    assert "MB" in found[0].note or "times its size" in found[0].note
    assert NAME not in installed("eve")
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    (found,) = take(pack("total.zip", {f"ada/{NAME}": os.urandom(2000)}))
    assert "would unpack to" in found.note
    monkeypatch.setattr(members, "MAX_MEMBERS", 2)
    (found,) = take(pack("many.zip", {f"s{at}/{NAME}": b"" for at in range(3)}))
    assert found.note == "many.zip has 3 files; 2 are allowed."


def test_a_size_that_lies(pack, take, installed):
    """A member that unpacks to more than it says is cut off by the library, and then its checksum is wrong."""
    path = pack("class.zip", {f"ada/{NAME}": b"x" * 100_000})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(data)
    (found,) = take(path)
    assert found.state == "refused"
    assert "can't be unpacked" in found.note
    assert installed("ada") == {}


def test_zips_in_zips(pack, take, installed):
    def zipped(name, data):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as made:
            made.writestr(name, data)
        return inner.getvalue()

    once = zipped(NAME, b"once")
    twice = zipped("again.zip", zipped(NAME, b"twice"))
    path = pack("class.zip", {"ada.zip": once, "ben.zip": twice, "eve.zip": once[:-30], "zoe.zip": b""})
    found = {each.student: (each.state, each.note) for each in take(path)}
    assert found["ada"] == ("new", "")
    assert installed("ada")[NAME] == b"once"
    assert found["ben"] == ("new", "again.zip is a zip within the student's zip, and was left packed.")
    assert NAME not in installed("ben")
    for broken in ("eve.zip", "zoe.zip"):
        state, note = found[broken]
        assert state == "refused"
        assert note.startswith(f"{broken} can't be unpacked (")


def test_a_list_of_members_that_would_fill_the_memory(pack, take, monkeypatch):
    monkeypatch.setattr(archive, "MAX_LIST", 300)
    (found,) = take(pack("many.zip", {f"s{at}/{NAME}": b"" for at in range(9)}))
    assert found.state == "refused"
    assert "has a list of members of" in found.note


def test_a_link_to_a_zip_is_not_followed(pack, take, tmp_path, installed):
    (tmp_path / "in" / "ada").mkdir(parents=True)
    inner = pack("elsewhere.zip", {NAME: b"secret"})
    (tmp_path / "in" / "ada" / "work.zip").symlink_to(inner)
    (tmp_path / "in" / "ben.zip").symlink_to(inner)
    found = take(tmp_path / "in")
    assert {each.state for each in found} == {"refused"}
    assert all("is a link: hand in the zip itself." in each.note for each in found)
    assert installed("ada") == installed("ben") == {}


def test_more_zips_than_a_process_may_open(pack, take, tmp_path):
    data = pack("one.zip", {NAME: b"{}"}).read_bytes()
    (tmp_path / "in").mkdir()
    for at in range(90):
        (tmp_path / "in" / f"s{at}.zip").write_bytes(data)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 40, hard))
    try:
        assert {each.state for each in take(tmp_path / "in")} == {"new"}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("size", [0, 10, 100, 200, 250])
def test_a_broken_zip_among_others(pack, take, tmp_path, size):
    good = pack("good.zip", {f"ada/{NAME}": b"x"})
    broken = tmp_path / "broken.zip"
    broken.write_bytes((good.read_bytes() * 3)[:size])
    found = take(broken, good)
    assert ("ada", "new") in {(each.student, each.state) for each in found}
    for each in found:
        assert each.state in ("new", "known") or each.note.count(": download or pack it again") == 1


def test_another_archive_is_named(pack, take, tmp_path):
    (tmp_path / "class.tar.gz").write_bytes(b"x")
    found = take(tmp_path / "class.tar.gz", pack("good.zip", {f"ada/{NAME}": b"x", "ada/more.7z": b"x"}))
    assert "unpack any other archive first" in found[0].note
    assert found[1].note == "more.7z was kept as it is: only zips are unpacked."


def test_names_in_utf8_that_do_not_say_so(pack, take):
    name = "Kurt Gödel"
    path = pack("class.zip", {f"{name}/{NAME}": b"x"})
    data = path.read_bytes()
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data = data[:place] + struct.pack("<H", 0) + data[place + 2 :]
    path.write_bytes(data)
    assert take(path)[0].student == name


def test_times_in_zips(pack, take):
    extended = member(f"ada/{NAME}", extra=struct.pack("<HHBi", 0x5455, 5, 1, 1_770_000_000))
    path = pack("class.zip", {extended: b"x", member(f"ben/{NAME}", date_time=(1980, 1, 1, 0, 0, 0)): b"x"})
    ada, ben = take(path)
    assert ada.time == "2026-02-02 02:40:00 UTC"
    assert "Nothing says when" in ben.note
    future = member(f"eve/{NAME}", date_time=(2099, 1, 1, 0, 0, 0))
    (eve,) = take(pack("later.zip", {future: b"x"}))
    assert "dated in the future (20" in eve.note
    assert not eve.time.startswith("2099")
    (eve,) = take(pack("later.zip", {future: b"x"}))
    assert eve.state == "known"


PARTS = ["..", ".", "", "/", "\\", "~", "C:", "collected", "submitted", "..\\..", NAME, "a.zip"]
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
DATA = st.sampled_from([b"", b"{}", b"PK\x03\x04"])
PATHS = st.lists(
    st.one_of(
        st.sampled_from(
            ["..", ".", "", "/", "\\", "~", "C:", "collected", "submitted", "..\\..", NAME, "a.zip"]
        ),
        NAMES,
    ),
    min_size=1,
    max_size=5,
).map("/".join)


@pytest.fixture(scope="module")
def made(made_small, tmp_path_factory):
    return made_small.copy(tmp_path_factory.mktemp("property") / "outer" / "course")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(PATHS.filter(bool), st.sampled_from([b"", b"{}", b"PK\x03\x04"]), min_size=1, max_size=4),
    st.booleans(),
)
def test_no_name_leads_out_of_the_course(made, members, packed):
    """Only folders of students change, whatever the members of a zip, or of one within it, are called."""
    outside = made.root.parent
    before = {path for path in outside.rglob("*") if not {"collected", "submitted"} & set(path.parts)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "class.zip"
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as made_zip:
            for name, data in members.items():
                made_zip.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
        if packed:
            with zipfile.ZipFile(path, "w") as made_zip:
                made_zip.writestr("ada/work.zip", inner.getvalue())
        else:
            path.write_bytes(inner.getvalue())
        try:
            found = collect(made.course, [path], Options("ch01-tiny")).found
        except UsageError:  # nothing at all is in it
            found = []
    for each in found:
        if each.state in ("refused", "unplaced"):
            assert each.note.endswith((".", ").")), each
    places = [made.root / "collected" / "ch01-tiny", made.root / "submitted"]
    for path in outside.rglob("*"):
        if path in before or path in (made.root / "collected", *places):
            continue
        assert any(place in path.parents for place in places), path
        assert path.resolve().is_relative_to(made.root)
        if path.parent == places[1]:
            assert {below.name for below in path.iterdir()} == {"ch01-tiny"}
