"""The first schema: tables, monthly partitions, rights of the app role, append-only audit."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
HERE = Path(__file__).parent


def upgrade() -> None:
    for name in ("0001_first_schema.sql", "0001_rights.sql"):
        op.get_bind().exec_driver_sql((HERE / name).read_text(encoding="utf-8").replace("%", "%%"))
