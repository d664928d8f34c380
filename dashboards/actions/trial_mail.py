"""发送测试邮件：给一个接收人，当场显示发信服务器的答复。"""

from __future__ import annotations

from alerts.trial_mail import send_trial
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import from_list
from dashboards.parts import Node
from store import audit
from store.switches import mail_is_paused

ORDER = 201
WORDS = SUBMIT = "发送测试邮件"
RIGHT = "test_mail"
DENIED = "发送测试邮件需值班长或管理员权限"


def form(context: Context, nothing: None) -> list[Node]:
    choices = {one.id: f"{one.name}（{one.email}）" for one in context.catalogue.recipients.values()}
    return [from_list("发给", "recipient", choices)]


def submit(context: Context, nothing: None, given: dict, version: int) -> str:
    recipient = context.catalogue.recipients.get(given.get("recipient") or "")
    if recipient is None:
        raise WrongInput("请选择接收人；没有可选的，请先在“目录文件”中新建接收人。")
    if mail_is_paused(context.session):
        raise WrongInput("外发邮件已暂停，测试邮件也不发；请先恢复。")
    server = context.settings.smtp
    if server is None:
        raise WrongInput("还没有设置发信服务器；请设置 HUIYING_SMTP_URL 和 HUIYING_SMTP_SENDER 后重新启动。")
    receipt = send_trial(
        server, recipient.email, context.settings.public_url, context.settings.is_demo, context.now
    )
    after = {"recipient": recipient.id, "outcome": receipt.outcome}
    audit.record(context.session, context.now, context.viewer.name, "mail.test", "mail:test", after=after)
    where = f"{server.host}:{server.port}"
    if receipt.outcome == "accepted":
        return f"{where} 已收下给 {recipient.name} 的测试邮件：{receipt.reply}"
    return f"{where} 没有收下给 {recipient.name} 的测试邮件：{receipt.reply}。请检查地址和发信设置。"
