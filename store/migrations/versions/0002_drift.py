"""What the model said day by day, so that a drift of its answers is seen."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = """
create table drift (
    day date not null,
    head text not null,
    model_version text not null,
    documents integer not null,
    share double precision not null,
    confidence double precision not null,
    corrections integer not null,
    constraint pk_drift primary key (day, head, model_version)
)
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
