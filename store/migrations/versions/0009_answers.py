"""People's word on whether a published response answers a question; the program's proposals are never stored."""

from alembic import op

revision = "0009"
down_revision = "0007"

STATEMENTS = """
create table answer_judgement (
    question_id bigint not null,
    response_id bigint not null,
    verdict text not null,
    by text not null,
    at timestamptz not null,
    constraint pk_answer_judgement primary key (question_id, response_id),
    constraint fk_answer_judgement_question_id_question foreign key (question_id) references question (id) on delete cascade,
    constraint fk_answer_judgement_response_id_response foreign key (response_id) references response (id),
    constraint ck_answer_judgement_verdict check (verdict in ('answers', 'does_not'))
);
create index ix_answer_judgement_response on answer_judgement (response_id);
insert into answer_judgement (question_id, response_id, verdict, by, at)
    select q.id, r.id, 'answers', r.recorded_by, r.recorded_at from question q join response r on r.id = q.answered_by;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
