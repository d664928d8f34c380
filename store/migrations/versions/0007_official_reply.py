"""The official reply to a message: when, by which office, and its text; it goes with the text when that is purged."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = """
alter table document add column answered_at timestamptz;
alter table document add column answered_precision text;
alter table document add column answered_by text;
alter table document add constraint ck_document_answered_precision
    check (answered_precision in ('minute', 'day', 'none'));
alter table document_text add column answer text;
alter table document_version add column answer text;
create index ix_document_answered on document (answered_at) where answered_at is not null;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
