"""Encrypted SMTP for real: a certificate of our own making, STARTTLS and TLS from the first byte, a login, a stranger's key."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.channels.email import send_through
from catalogue.mail_settings import read_mail_settings

# The server does not know that it is wrapped in TLS from the first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One file with key and certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.haichuan.example.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def logins():
    return []


@pytest.fixture(params=["starttls", "ssl"])
def encrypted_server(request, inbox, logins, certificate):
    """Settings of a loopback server that takes mail only over TLS and only after the right login."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def check(server, session, envelope, mechanism, given):
        logins.append((given.login, session.ssl is not None or request.param == "ssl"))
        return AuthResult(success=given.login == b"duty" and given.password == b"p@ss:wort", handled=False)

    how = (
        {"tls_context": context, "require_starttls": True}
        if request.param == "starttls"
        else {"ssl_context": context, "auth_require_tls": False}
    )
    controller = Controller(
        inbox, hostname="127.0.0.1", port=port, authenticator=check, auth_required=True, **how
    )  # fmt: skip
    # The controller's own trial connection must trust the server too.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        controller.start()
    yield lambda password: read_mail_settings(
        f"smtp://duty:{password}@127.0.0.1:{port}?tls={request.param}", "huiying@haichuan.example.test"
    )
    inbox.released.set()
    controller.stop(no_assert=True)


def message():
    mail = EmailMessage()
    mail["From"], mail["To"] = "huiying@haichuan.example.test", "duty@haichuan.example.test"
    mail["Subject"] = "【II级 重大】城东区小学食堂餐后学生不适"
    mail.set_content("请在 11月21日 11:40（北京时间）前发布权威信息。")
    return mail


def test_a_mail_goes_through_encrypted_and_after_login(
    encrypted_server, inbox, logins, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    receipt = send_through(encrypted_server("p%40ss%3Awort"), message(), "duty@haichuan.example.test", 10)
    assert (receipt.outcome, logins) == ("accepted", [(b"duty", True)])
    assert inbox.mails()[0][1]["Subject"].startswith("【II级 重大】")


def test_a_certificate_nobody_vouches_for_gets_neither_password_nor_mail(encrypted_server, inbox, logins):
    receipt = send_through(encrypted_server("p%40ss%3Awort"), message(), "duty@haichuan.example.test", 10)
    assert (receipt.outcome, receipt.whole_server) == ("later", True)
    assert "加密连接失败" in receipt.reply
    assert (logins, inbox.messages) == ([], [])


def test_a_wrong_password_is_work_for_the_administrator_and_says_so(
    encrypted_server, inbox, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    receipt = send_through(encrypted_server("falsch"), message(), "duty@haichuan.example.test", 10)
    assert (receipt.outcome, receipt.whole_server) == ("later", True)
    assert "不接受账号" in receipt.reply
    assert "falsch" not in receipt.reply
    assert inbox.messages == []


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(inbox, mail_server):
    server = read_mail_settings(
        f"smtp://duty:geheim@127.0.0.1:{mail_server.port}?tls=starttls", "huiying@haichuan.example.test"
    )
    receipt = send_through(server, message(), "duty@haichuan.example.test", 10)
    assert (receipt.outcome, receipt.whole_server, inbox.messages) == ("later", True, [])
    assert "不支持所需的加密" in receipt.reply
