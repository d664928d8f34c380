"""Column types every noun shares. Instants are timestamptz (UTC inside, Asia/Shanghai only when shown)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Words = Annotated[list[str], mapped_column(ARRAY(Text), server_default="{}")]
Json = Annotated[dict[str, Any], mapped_column(JSONB, server_default="{}")]
JsonList = Annotated[list[Any], mapped_column(JSONB, server_default="[]")]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}
