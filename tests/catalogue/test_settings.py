"""Settings: what the environment may say, and one clear sentence for what it may not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import MissingInstance, SettingsError
from catalogue.mail_settings import read_mail_settings
from catalogue.settings import read_settings

HIDDEN = "geheim123"


def read(tmp_path, **environ):
    return read_settings({"HUIYING_DATA": str(tmp_path), **environ}, tmp_path)


def write_instance(folder, **content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instance.json").write_text(json.dumps(content))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_scheme_gets_our_driver(tmp_path, scheme):
    here = read(tmp_path, DATABASE_URL=f"{scheme}://app:pw@db:5432/huiying?sslmode=require")
    assert here.database_url == "postgresql+psycopg2://app:pw@db:5432/huiying?sslmode=require"


@pytest.mark.parametrize(
    "url", ["mysql://a:geheim123@b/c", "huiying", "postgresql://", "postgresql+asyncpg://a/b"]
)
def test_another_database_is_refused_without_repeating_the_password(tmp_path, url):
    with pytest.raises(SettingsError, match="DATABASE_URL 应形如") as caught:
        read(tmp_path, DATABASE_URL=url)
    assert HIDDEN not in str(caught.value)


def test_without_an_instance_one_sentence_names_the_remedy(tmp_path):
    here = read(tmp_path)
    for name in ("database_url", "owner_database_url", "airflow_database_url", "secret_key", "voice_key"):
        with pytest.raises(MissingInstance, match="make run"):
            getattr(here, name)


def test_another_shell_reads_what_the_supervisor_wrote(tmp_path):
    write_instance(
        tmp_path,
        database_url="postgresql+psycopg2://huiying_app:x@127.0.0.1:8702/huiying",
        owner_database_url="postgresql+psycopg2://huiying_owner:y@127.0.0.1:8702/huiying",
        airflow_database_url="postgresql+psycopg2://airflow:z@127.0.0.1:8702/airflow",
        port=8700,
        is_demo=True,
        secret_key="s",
        voice_key="v",
        smtp_url="smtp://127.0.0.1:8703",
    )
    here = read(tmp_path)
    assert here.owner_database_url.startswith("postgresql+psycopg2://huiying_owner:y@")
    assert (here.port, here.ports.mailbox, here.is_demo) == (8700, 8704, True)
    assert here.public_url == "http://127.0.0.1:8700"
    assert here.smtp is not None
    assert here.smtp.port == 8703


def test_the_environment_wins_over_the_file(tmp_path):
    write_instance(
        tmp_path, database_url="postgresql://old/old", owner_database_url="postgresql://o/old", port=8700
    )
    here = read(tmp_path, DATABASE_URL="postgresql://new/new", HUIYING_PORT="9000")
    assert here.database_url.endswith("//new/new")
    assert here.owner_database_url.endswith("//new/new")  # never the owner of another database
    assert here.port == 9000


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_a_damaged_instance_file_is_named(tmp_path, text):
    (tmp_path / "instance.json").write_text(text)
    with pytest.raises(SettingsError, match=r"instance\.json"):
        read(tmp_path)


def test_the_default_folder_is_var_run_unless_only_the_demo_exists(tmp_path):
    assert read_settings({}, tmp_path).data_dir == tmp_path / "var" / "run"
    (tmp_path / "var" / "demo").mkdir(parents=True)
    assert read_settings({}, tmp_path).data_dir == tmp_path / "var" / "demo"
    (tmp_path / "var" / "run").mkdir()
    assert read_settings({}, tmp_path).data_dir == tmp_path / "var" / "run"
    assert read_settings({}, tmp_path).site_dir == tmp_path / "var" / "run" / "site"


@pytest.mark.parametrize("port", ["1024", "65000"])
def test_ports_inside_the_bounds_are_taken(tmp_path, port):
    assert read(tmp_path, HUIYING_PORT=port).port == int(port)


@pytest.mark.parametrize("port", ["1023", "65001", "80 80", "acht", "-1", "٨٦٠٠"])
def test_ports_outside_the_bounds_are_refused(tmp_path, port):
    with pytest.raises(SettingsError, match="HUIYING_PORT"):
        read(tmp_path, HUIYING_PORT=port)


@pytest.mark.parametrize("url", ["huiying.example", "ftp://x", "https://"])
def test_a_public_address_must_be_a_web_address(tmp_path, url):
    with pytest.raises(SettingsError, match="HUIYING_PUBLIC_URL"):
        read(tmp_path, HUIYING_PUBLIC_URL=url)


def test_passwords_and_keys_stay_out_of_repr(tmp_path):
    here = read(
        tmp_path,
        DATABASE_URL=f"postgresql://a:{HIDDEN}@b/c",
        HUIYING_SECRET_KEY=HIDDEN,
        HUIYING_SMTP_URL=f"smtp://a%40x.example:{HIDDEN}@mail.example",
    )
    assert HIDDEN not in repr(here)


def test_mail_beyond_this_machine_is_encrypted_by_default():
    mail = read_mail_settings("smtp://duty%40x.example:p%3Aw@mail.example", None)
    assert mail is not None
    assert (mail.tls, mail.port, mail.user, mail.password) == ("starttls", 587, "duty@x.example", "p:w")
    assert mail.sender == "duty@x.example"


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("ssl", 465)])
def test_each_encryption_has_its_usual_port(tls, port):
    mail = read_mail_settings(f"smtp://mail.example?tls={tls}", "a@b.example")
    assert mail is not None
    assert mail.port == port


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.10"])
def test_this_machine_may_be_spoken_to_in_the_clear(host):
    mail = read_mail_settings(f"smtp://{host}:2525", None)
    assert mail is not None
    assert (mail.tls, mail.is_loopback, mail.sender) == ("none", True, "huiying@localhost")


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "128.0.0.1", "localhost.example"])
def test_plain_mail_beyond_this_machine_is_refused(host):
    with pytest.raises(SettingsError, match="必须加密"):
        read_mail_settings(f"smtp://{host}?tls=none", "a@b.example")


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "smtps://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example?tls=maybe",
        "smtp://mail.example?tsl=ssl",
        "smtp://mail.example?tls",
        "smtp://mail.example/path",
    ],
)
def test_a_mail_address_we_cannot_read_is_refused(url):
    with pytest.raises(SettingsError, match="HUIYING_SMTP_URL"):
        read_mail_settings(url, "a@b.example")


@pytest.mark.parametrize("sender", ["huiying", "@b", "a@", "a@b\r\nBcc: c@d", "回应 <a@b>"])
def test_a_sender_that_could_split_a_header_is_refused(sender):
    with pytest.raises(SettingsError, match="HUIYING_SMTP_SENDER"):
        read_mail_settings("smtp://mail.example", sender)


def test_no_mail_server_is_no_error():
    assert read_mail_settings(None, None) is None
    assert read_mail_settings("", "a@b.example") is None


@given(st.text(max_size=60))
def test_any_text_as_mail_server_is_settings_or_one_sentence(text):
    mail, sentence = None, ""
    try:
        mail = read_mail_settings(f"smtp://{text}", "a@b.example")
    except SettingsError as error:
        sentence = str(error)
    assert (mail is None) == bool(sentence)
    assert "\n" not in sentence
    assert mail is None or mail.tls != "none" or mail.is_loopback
