"""The one way a page changes the catalogue: checked as `huiying check` does, whole or not at all, the former text kept."""

import pytest

from catalogue import overlay
from catalogue.errors import CatalogueError
from catalogue.loader import check, load
from huiying.commands.check import check_one

RECIPIENT = 'id = "{id}"\nname = "值班岗位"\nemail = "duty@office.example.test"\nrole = "duty"\n'


@pytest.fixture
def site(invented, tmp_path):
    return invented.write_site(tmp_path / "site")


def snapshot(site):
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_a_good_text_is_in_force_and_makes_a_new_version(site):
    before = load(site).version
    written = overlay.write(site, "recipients", "duty.toml", RECIPIENT.format(id="duty"))
    assert written.version == load(site).version != before
    assert load(site).recipients["duty"].email == "duty@office.example.test"


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("recipients", "duty.toml", 'id = "duty"\nname = '),
        ("recipients", "duty.toml", RECIPIENT.format(id="other")),
        ("recipients", "duty.toml", RECIPIENT.format(id="duty").replace("duty@office.example.test", "keine")),
        ("recipients", "duty.toml", RECIPIENT.format(id="duty") + 'colour = "red"\n'),
        ("recipients", "duty.toml", RECIPIENT.format(id="duty") + 'regions = ["atlantis"]\n'),
        ("recipients", "duty.toml", RECIPIENT.format(id="duty") + "\x00"),
        ("roster", "main.toml", 'id = "main"\n[[shift]]\nduty = ["niemand"]\nchief = "niemand"\n'),
        ("units", "zong.toml", 'id = "zong"\nname = "示例市政府办"\nfallback = false\n'),
        ("duties", "R3.toml", ""),
        ("level_rules", "burst.toml", "x = 1"),
    ],
)
def test_a_bad_text_is_one_sentence_and_no_byte_of_the_site_changes(site, kind, name, text):
    before = snapshot(site)
    with pytest.raises(CatalogueError) as told:
        overlay.write(site, kind, name, text)
    assert str(told.value).endswith("。")
    assert "\n" not in str(told.value)
    assert snapshot(site) == before


def test_the_sentence_is_the_one_of_huiying_check(site, tmp_path):
    text = RECIPIENT.format(id="duty") + 'min_grade = "V"\n'
    folder = tmp_path / "recipients"
    folder.mkdir()
    (folder / "duty.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as told:
        overlay.write(site, "recipients", "duty.toml", text)
    assert [str(told.value)] == [str(error) for error in check_one(folder / "duty.toml", None)]


def test_a_national_limit_can_be_made_stricter_never_looser(site):
    name = "R3.toml"
    text = overlay.text_in_force(site, "duties", name)
    assert "limit = 48" in text
    with pytest.raises(CatalogueError):
        overlay.write(site, "duties", name, text.replace("limit = 48", "limit = 72"))
    assert not overlay.is_local(site, "duties", name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("recipients", "../../etc/passwd"), ("recipients", "x/y.toml"), ("recipients", "_x.toml"), ("recipients", ".toml"),
        ("..", "x.toml"), ("migrations", "x.toml"), ("recipients", "x.toml\n"),
    ],
)  # fmt: skip
def test_a_name_that_is_no_catalogue_file_is_refused(site, kind, name):
    before = snapshot(site)
    with pytest.raises(CatalogueError):
        overlay.write(site, kind, name, RECIPIENT.format(id="x"))
    assert snapshot(site) == before


def test_the_former_text_is_kept_and_going_back_is_a_new_write(site):
    first, second = RECIPIENT.format(id="duty"), RECIPIENT.format(id="duty").replace("值班岗位", "夜班岗位")
    overlay.write(site, "recipients", "duty.toml", first)
    overlay.write(site, "recipients", "duty.toml", second)
    kept = overlay.formers(site, "recipients", "duty.toml")
    assert [path.read_text(encoding="utf-8") for path in kept] == [first]
    overlay.write(site, "recipients", "duty.toml", kept[-1].read_text(encoding="utf-8"))
    assert load(site).recipients["duty"].name == "值班岗位"
    assert len(overlay.formers(site, "recipients", "duty.toml")) == 2
    assert check(site)[1] == []


def test_windows_line_ends_are_stored_as_ours(site):
    overlay.write(site, "recipients", "duty.toml", RECIPIENT.format(id="duty").replace("\n", "\r\n"))
    assert b"\r" not in (site / "recipients" / "duty.toml").read_bytes()


def test_a_text_beyond_all_measure_is_refused(site):
    with pytest.raises(CatalogueError, match="最多"):
        overlay.write(site, "recipients", "duty.toml", "#" * (overlay.LONGEST + 1))
