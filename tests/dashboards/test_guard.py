import pytest

from dashboards.guard import content_policy
from dashboards.login import FREE_TRIES, LONGEST_WAIT, Patience, local_path

PAGES = (
    "/",
    "/wall",
    "/incidents",
    "/incident/20261121-01",
    "/sources",
    "/documents",
    "/ledger",
    "/reports",
    "/settings",
    "/category",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sends_the_anonymous_to_the_login(client, path):
    answer = client().get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/download/ledger.csv", "/download/report/1.docx"]
)
def test_an_endpoint_answers_the_anonymous_with_401(client, path):
    assert client().get(path).status_code == 401


def test_every_callback_answers_the_anonymous_with_401(client):
    callbacks = client("daiban").get("/_dash-dependencies").get_json()
    assert len(callbacks) >= 6
    for one in callbacks:
        body = {"output": one["output"], "inputs": [], "outputs": [], "changedPropIds": [], "state": []}
        assert client().post("/_dash-update-component", json=body).status_code == 401, one["output"]


def test_a_callback_from_another_site_is_refused_and_so_is_a_foreign_host(client):
    chief = client("daiban")
    body = {"output": "x.children", "inputs": [], "changedPropIds": []}
    assert (
        chief.post("/_dash-update-component", origin="https://evil.example.test", json=body).status_code
        == 403
    )
    assert chief.post("/_dash-update-component", origin="null", json=body).status_code == 403
    assert chief.http.get("/", base_url="http://evil.example.test").status_code == 421


def test_a_form_is_no_callback(client):
    assert client("daiban").post("/_dash-update-component", data={"output": "x"}).status_code in (400, 415)


def test_login_needs_its_own_token(client):
    someone = client()
    answer = someone.post("/login", data={"name": "zhiban", "password": "ceshi-mima-2026"})
    assert answer.status_code == 400
    assert someone.get("/").status_code == 302


def test_wrong_passwords_make_a_name_wait_and_others_not(server, client, filler):
    someone = client()
    for _ in range(FREE_TRIES + 1):
        last = someone.log_in("nobody-here", "wrong-password")
    assert last.status_code == 429
    assert "秒后再试" in last.get_data(as_text=True)
    assert client().log_in("jiandu", filler.PASSWORD).status_code == 302


def test_waiting_doubles_up_to_a_minute():
    patience = Patience()
    for _ in range(FREE_TRIES):
        patience.failed("a", 0.0)
    assert 0 < patience.wait("a", 0.0) <= 1
    for _ in range(10):
        patience.failed("a", 0.0)
    assert patience.wait("a", 0.0) == LONGEST_WAIT
    patience.succeeded("a")
    assert patience.wait("a", 0.0) == 0


def test_the_cookie_is_closed_to_scripts_and_other_sites(client):
    cookie = client("zhiban").answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_logging_out_is_a_post_and_ends_it(server, client, filler):
    someone = client()
    someone.log_in("zhiban", filler.PASSWORD)
    someone.get("/logout")  # a link that was followed: nothing happens
    assert someone.get("/_dash-layout").status_code == 200
    someone.post("/logout")
    assert someone.get("/_dash-layout").status_code == 401


def test_a_new_password_ends_what_was_logged_in_with_the_old_one(client, database, town, filler):
    from store import accounts
    from store.session import transaction

    someone = client()
    someone.log_in("shenhe", filler.PASSWORD)
    with transaction(database.app) as session:
        accounts.change_password(session, town.now, "shenhe", "ein-neues-2026")
    assert someone.get("/_dash-layout").status_code == 401
    assert someone.log_in("shenhe", "ein-neues-2026").status_code == 302


def test_every_answer_carries_the_policy_and_it_allows_nothing_foreign(client):
    policy = client("daiban").get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy.replace("https", "")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert content_policy([]).count(";") == 8


def test_assets_are_kept_long_and_pages_never(client):
    chief = client("daiban")
    with chief.get("/assets/base.css") as styles:
        assert "immutable" in styles.headers["Cache-Control"]
    assert chief.get("/").headers["Cache-Control"] == "no-store"


def test_no_script_or_style_comes_from_elsewhere(client):
    page = client("daiban").get("/").get_data(as_text=True)
    assert 'lang="zh-CN"' in page
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_health_needs_no_login(client):
    assert client().get("/healthz").get_json() == {"ok": True, "database": True}


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/incident/20261121-01", "/incident/20261121-01"), ("//evil.example.test", "/"), ("https://evil.example.test", "/"),
        ("/\\evil.example.test", "/"), ("/logout", "/"), ("javascript:alert(1)", "/"),
    ],
)  # fmt: skip
def test_after_login_nobody_is_sent_to_another_host(wanted, goes):
    assert local_path(wanted) == goes


def test_the_servers_time_is_told_to_everybody_logged_in_and_to_nobody_else(client, town):
    for name in ("zhiban", "chakan"):
        answer = client(name).get("/_time")
        assert abs(int(answer.get_data(as_text=True)) / 1000 - town.now.timestamp()) < 600
        assert answer.headers["Cache-Control"] == "no-store"
    assert client().get("/_time").status_code == 401
