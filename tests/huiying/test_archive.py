from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from huiying import archive
from huiying.errors import RunError, UsageError
from store import audit
from store.incoming import IncomingItem
from store.intake import take
from store.model import Audit, Document
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture
def office(database, tmp_path):
    site = tmp_path / "site"
    (site / "units").mkdir(parents=True)
    (site / "units" / "a.toml").write_text("示例", encoding="utf-8")
    return SimpleNamespace(owner_database_url=database.owner, database_url=database.app, site_dir=site)


def add(office, number):
    url = f"https://news.example.test/{number}"
    with transaction(office.database_url) as session:
        take(session, [IncomingItem("示例报", "news", url, url, "示例标题", "示例正文", NOW)], NOW)
        audit.record(session, NOW, "admin", "test", f"document:{number}")


def documents(office):
    with transaction(office.database_url) as session:
        return session.scalar(select(func.count()).select_from(Document))


def test_a_backup_comes_back_with_rows_rights_and_site_files(office, tmp_path):
    add(office, 1)
    archive.backup(office, tmp_path / "copy")
    add(office, 2)
    (office.site_dir / "units" / "a.toml").unlink()
    with pytest.raises(RunError, match="--replace"):
        archive.restore(office, tmp_path / "copy", is_replacing=False)
    assert archive.restore(office, tmp_path / "copy", is_replacing=True) == 1
    assert (office.site_dir / "units" / "a.toml").exists()
    add(office, 3)  # the ordinary role still may write
    assert documents(office) == 2
    with transaction(office.database_url) as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 2
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            session.execute(text("delete from audit"))
        session.rollback()


def test_a_damaged_backup_is_refused_before_anything_is_touched(office, tmp_path):
    archive.backup(office, tmp_path / "copy")
    before = documents(office)
    with (tmp_path / "copy" / archive.DUMP).open("ab") as file:
        file.write(b"x")
    with pytest.raises(RunError, match="校验和"):
        archive.restore(office, tmp_path / "copy", is_replacing=True)
    assert documents(office) == before


def test_an_unfinished_backup_is_refused(office, tmp_path):
    (tmp_path / "half").mkdir()
    with pytest.raises(UsageError, match="不是完整的备份"):
        archive.restore(office, tmp_path / "half", is_replacing=True)


def test_a_backup_never_writes_over_another(office, tmp_path):
    archive.backup(office, tmp_path / "copy")
    with pytest.raises(UsageError, match="已有内容"):
        archive.backup(office, tmp_path / "copy")
