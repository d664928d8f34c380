"""How a host answered when its robots.txt was asked for last: a status, or that it could not be reached."""

from alembic import op

revision = "0014"
down_revision = "0009"

STATEMENTS = """
alter table host_state add column robots_said text;
alter table host_state add column robots_said_at timestamptz;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
