"""Titles of rankings flagged as likely to come to the top three, and up to which look each ranking was judged."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = """
create table board_watch (
    source text not null,
    judged_until timestamptz not null,
    constraint pk_board_watch primary key (source)
);
create table board_flag (
    document_id bigint not null,
    source text not null,
    first_seen_at timestamptz not null,
    flagged_at timestamptz not null,
    entry_rank integer not null,
    rank integer not null,
    times_median double precision not null,
    score double precision not null,
    line double precision not null,
    reached_at timestamptz,
    constraint pk_board_flag primary key (document_id),
    constraint fk_board_flag_document_id_document foreign key (document_id) references document (id) on delete cascade
);
create index ix_board_flag_flagged on board_flag (flagged_at);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
