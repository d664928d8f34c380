"""How a host answered when its robots.txt was asked for last; labels that agree with the program, beside corrections."""

from alembic import op

revision = "0014"
down_revision = "0010"

STATEMENTS = """
alter table host_state add column robots_said text;
alter table host_state add column robots_said_at timestamptz;
alter table label add column agrees boolean not null default false;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
