"""Which part of a signature is an office; names of persons beside it are left out."""

from __future__ import annotations

import re

OFFICE = re.compile(
    r"[\w（）()·、]{0,30}?(?:委员会|办公室|办事处|管理处|服务中心|派出所|卫生院|居委会|村委会|联合会|指挥部|政府|公司|集团|街道|法院|检察院"
    r"|医院|学校|大学|学院|银行|中心|大队|支队|总队|热线|平台|协会|局|委|办|部|厅|署|院|所|处|科|站|馆|镇|乡|社区|单位|机关|组)"
    r"(?:（[\w、]{1,20}）)?"
)


SHORTEST = 3  # two characters are as likely a surname with a post


def office_of(signature: str) -> tuple[str | None, int]:
    """The offices a reply is signed by, joined by 、, and how many names of persons were left out."""
    parts = [part for part in re.split(r"[\s,，、;；/|：:。]+", signature.strip()) if part][:8]
    found = [(part, office_part(part)) for part in parts]
    offices = [office[:60] for _, office in found if office]
    return "、".join(dict.fromkeys(offices)) or None, sum(part != office for part, office in found)


def office_part(part: str) -> str:
    """The office a word begins with: the whole word, or all but a name of two to four characters; else ""."""
    for end in (len(part), len(part) - 2, len(part) - 3, len(part) - 4):
        if end >= SHORTEST and OFFICE.fullmatch(part[:end]):
            return part[:end]
    return ""
