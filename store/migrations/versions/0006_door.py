"""What the crawler must remember between runs: a host's wish to wait and its requests of the day, stored pages looked
at again, and since when a source is in trouble; the address of a page as a way to find it in other sources."""

from alembic import op

revision = "0006"
down_revision = "0002"

STATEMENTS = """
create table host_state (
    host text not null,
    hold_until timestamptz,
    asked_on date,
    asked integer not null default 0,
    robots text,
    robots_at timestamptz,
    constraint pk_host_state primary key (host)
);
create table page_check (
    document_id bigint not null,
    checks integer not null,
    checked_at timestamptz not null,
    constraint pk_page_check primary key (document_id),
    constraint fk_page_check_document_id_document foreign key (document_id) references document (id)
);
alter table source_state add column failure_score double precision not null default 0;
alter table source_state add column trouble text;
alter table source_state add column trouble_since timestamptz;
alter table source_state add column told text;
create index ix_document_canonical_url on document using hash (canonical_url);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
