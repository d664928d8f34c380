"""What people ask: question sentences and requests, cut to their core."""

from __future__ import annotations

import re

from store.text import clean, mask, normalise

LONGEST = 60
SHORTEST = 5

_SENTENCE = re.compile(r"[^。！？!?；;\n…]+[。！？!?；;…]*")
_CLAUSE = re.compile(r"[,，]")
_ASKS = re.compile(
    r"请问|想问|问一下|咨询一?下|想知道|不知道?.{0,12}(?:怎么|如何|什么|哪|能否|是否)|何时|什么时候|多久|为什么|为何|凭什么|怎么(?!样都)|"
    r"怎样|如何|能否|是否|可否|能不能|可不可以|有没有|会不会|是不是|哪里|哪些|哪个|谁来|吗$|呢$"
)
# "要求" is a wish only in the speaker's own mouth: not what somebody demands of them, and not the noun at a clause's end
_WANTS = re.compile(
    r"希望|请求|[恳垦肯]请|[恳垦肯]求|呼吁(?!的)|建议|望(?=.{0,10}(?:解决|答复|回复|公布|公开|处理|查处|尽快))|"
    r"(?<![强行制迫却还又来才就会业团司店校方府被的不无按合满足])要求"
    r"(?!我们|我|职工|员工|业主|居民|家长|学生|购房|群众|捆绑|购买|必须|每|[,，。]|$)|"
    r"(?<![申邀聘敬报])请(?=有关|相关|政府|领导|各级|贵|市|县|区|上级|国家|尽快|立即|尽早|严|维护|取消|帮|加强|加快|督促|给|为|关注)"
)
_ANSWERABLE = re.compile(
    "公布|公开|答复|回复|解决|处理|查处|调查|整改|尽快|说明|解释|落实|明确|告知|加强|取消|停止|恢复|退还|退款|赔偿|安排|修|建|给|帮|能|"
    "维护|保障|关注|重视|主持|督促|制止|撤销|禁止|取缔|拆|增|延长|延伸|保留|降|还"
)
_GREETING = re.compile(
    r"^(?:尊敬的.{0,12}?[:：,，]|.{0,8}(?:书记|市长|县长|局长|厅长|领导|部门)(?:们)?[:：,，]?(?:您|你)们?好[,，!！。:：]?|(?:您|你)们?好[,，!！。:：]?|"
    r"(?:来电|来信|市民)?(?:询问|反映|咨询|追问)[:：,，]?|我?(?:想|要)?(?:请问一?下?|咨询一?下|问一下)[,，:：]?|谢谢[!！。]?)+"
)
_NUMBERED = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．：:]|第[一二三四五六七八九十]+个?[,，、]?(?:就是)?)\s*"
)
_HEADING = re.compile(
    r"(?:几点|以下|如下).{0,6}(?:诉求|疑问|问题|建议|提问|要求)|^关于.{0,40}的(?:建议|问题|咨询|请求)$"
)
_THANKS = re.compile(
    r"[,，]?\s*(?:[万十]分感谢|非常感谢|谢谢|拜谢|多谢|特此.{0,6}|此致|敬礼)(?:您|领导|了)?$"
)


def questions(text: str, limit: int = 5) -> list[str]:
    """What the text asks, in its order, each of 5 to 60 characters, personal data masked, no repetition."""
    found: dict[str, str] = {}
    for sentence in _SENTENCE.findall(mask(clean(text[:5000])).text):
        question = _core(sentence)
        key = "".join(filter(str.isalnum, normalise(question)))
        if len(key) >= SHORTEST and not any(key in other or other in key for other in found):
            found[key] = question
    return list(found.values())[:limit]


def _core(sentence: str) -> str:
    """The asking part of a sentence, or an empty string if it asks nothing."""
    bare = _GREETING.sub("", sentence.strip()).strip(" ,，:：")
    body = bare.rstrip("。！？!?；;… ")
    ending = bare[len(body) :].strip(" …")[:1]
    body = _THANKS.sub("", body)
    if _HEADING.search(body):
        return ""
    is_question = ending in ("？", "?") or bool(_ASKS.search(body))
    if not is_question and not (_WANTS.search(body) and _ANSWERABLE.search(body)):
        return ""
    return _shortened(body, is_question)


def _shortened(body: str, is_question: bool) -> str:
    """At most LONGEST characters: the clauses from the first asking one on, else its first ones."""
    clauses = [clause.strip() for clause in _CLAUSE.split(body) if clause.strip()]
    pattern = _ASKS if is_question else _WANTS
    at = next((index for index, clause in enumerate(clauses) if pattern.search(clause)), len(clauses) - 1)
    start = at
    while start > 0 and len("，".join(clauses[start - 1 :])) <= LONGEST // 2:
        start -= 1
    text = clauses[start] if clauses else body
    for clause in clauses[start + 1 :]:
        if len(text) + len(clause) + 2 > LONGEST:
            break
        text += "，" + clause
    text = _NUMBERED.sub("", _GREETING.sub("", text).strip(" ,，:：")).strip(" ,，:：")
    ending = "？" if is_question else ""
    return (text if len(text) < LONGEST else text[: LONGEST - 2] + "…") + ending if text else ""
