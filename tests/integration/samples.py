# SPDX-License-Identifier: Apache-2.0
"""Sample forwards and the contracts they are after, dated around today.

Persons, customers, numbers and offers are made up; the well-known names of
resellers and vendors only say which rule is to recognise them.
"""

import base64
import datetime
import quopri
import zlib
from dataclasses import dataclass, field
from email.header import Header
from email.utils import format_datetime

from servers import DOMAIN, WATCH

MARLOW = f"marlow@{DOMAIN}"
IDA = f"ida@{DOMAIN}"
OWNERS = (MARLOW, IDA)


@dataclass
class Sample:
    name: str      # short, for a table
    about: str     # what it shows
    sender: str    # who forwards
    raw: bytes
    verdict: str   # alert, review, ignore
    rival: str = None
    contracts: list = field(default_factory=list)
    timing: str = None
    claims: list = field(default_factory=list)
    subject: str = None  # of the solicitation


class Dates:
    """Days around today in the ways people write them."""

    def __init__(self, now=None):
        self.now = (now or datetime.datetime.now(datetime.timezone.utc)).replace(microsecond=0)

    def at(self, days, hour=9):
        return (self.now + datetime.timedelta(days=days)).replace(hour=hour, minute=14, second=0)

    def day(self, days):
        return (self.now + datetime.timedelta(days=days)).date()

    def long(self, days):
        day = self.day(days)
        return f"{day:%B} {day.day}, {day.year}"


def contracts_csv(dates):
    rows = [
        ("HF-2001", "Harbor Foods", "harborfoods.example", "Veeam", "Data Platform Advanced, 40 instances",
         "02781945", "", "40", 34, "8240.00", "USD", MARLOW, "active"),
        ("HF-2002", "Harbor Foods", "harborfoods.example", "Cisco", "SmartNet 8x5xNBD, Catalyst 9300",
         "204417932", "FOC2417L0RX;FOC2417L0RY", "2", 61, "6310.00", "USD", MARLOW, "quoted"),
        ("OL-3001", "Ostsee Logistik", "ostsee-logistik.example", "Sophos", "Intercept X Advanced, 220 Benutzer",
         "SO-7734-2291", "", "220", 200, "9900.00", "EUR", IDA, "active"),
        ("KL-4001", "Kestrel Labs", "kestrellabs.example", "VMware", "vSphere Foundation, 96 cores",
         "0042871160", "", "96", 48, "18240.00", "USD", MARLOW, "active"),
        ("JP-5001", "青海包装", "qinghai-pack.example", "Kaspersky", "Endpoint Security, 300 nodes",
         "KL-58820417", "", "300", 40, "42000.00", "CNY", IDA, "active"),
        ("MT-6001", "三河テクノ", "mikawa-techno.example", "Trend Micro", "Apex One, 150 seats",
         "TM-00917342", "", "150", 55, "960000", "JPY", IDA, "active"),
    ]
    lines = ["contract_id,customer,customer_domains,vendor,product,contract_number,serials,quantity,"
             "start_date,end_date,annual_value,currency,owner_email,status"]
    for row in rows:
        end = dates.day(row[8])
        start = end - datetime.timedelta(days=364)
        cells = [*row[:8], start.isoformat(), end.isoformat(), *row[9:]]
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return "\r\n".join(lines) + "\r\n"


def encoded(text, charset):
    return Header(text, charset, maxlinelen=900).encode() if not text.isascii() else text


def mail(sender, name, subject, date, body, charset="utf-8", to=WATCH, extra="", transfer="8bit"):
    """One text/plain mail as bytes with LF line ends."""
    raw = body.encode(charset)
    if transfer == "base64":
        raw = base64.encodebytes(raw)
    elif transfer == "quoted-printable":
        raw = quopri.encodestring(raw)
    number = zlib.crc32("\n".join((sender, subject, body)).encode())
    head = (f"From: {encoded(name, charset)} <{sender}>\nTo: {to}\nSubject: {encoded(subject, charset)}\n"
            f"Date: {format_datetime(date)}\nMessage-ID: <{number}@{sender.split('@')[1]}>\n{extra}"
            f"MIME-Version: 1.0\nContent-Type: text/plain; charset=\"{charset}\"\n"
            f"Content-Transfer-Encoding: {transfer}\n\n")
    return head.encode("ascii") + raw


def gmail_inline(dates):
    body = f"""This landed in my inbox. Yours, isn't it?

---------- Forwarded message ---------
From: Dana Whitlock <dana.whitlock@cdw.com>
Date: {dates.at(-1):%a, %b} {dates.at(-1).day}, {dates.at(-1).year} at 9:14 AM
Subject: Your Veeam renewal 02781945
To: Priya Raman <priya@harborfoods.example>


Hi Priya,

Your Veeam Data Platform support (contract 02781945) expires on {dates.long(34)}. CDW can renew it for
you at a better price than your current partner. Shall I send you a quote for the renewal this week?

Dana Whitlock
CDW
"""
    return Sample("Gmail, inline", "a contract number of ours: exact match", "priya@harborfoods.example",
                  mail("priya@harborfoods.example", "Priya Raman", "Fwd: Your Veeam renewal 02781945",
                       dates.at(0), body), "alert", "cdw", ["HF-2001"], "in_window",
                  subject="Your Veeam renewal 02781945")


def second_forwarder(dates):
    body = gmail_inline(dates).raw.decode().split("\n\n", 1)[1].replace(
        "This landed in my inbox. Yours, isn't it?", "Priya is on holiday, in case you did not get this:")
    return Sample("Gmail, again", "a colleague forwards the same: same case, no second alarm",
                  "tom@harborfoods.example",
                  mail("tom@harborfoods.example", "Tom Okafor", "Fwd: Your Veeam renewal 02781945",
                       dates.at(0, 10), body), "alert", "cdw", ["HF-2001"], "in_window",
                  subject="Your Veeam renewal 02781945")


def iphone_inline(dates):
    body = f"""fyi

Sent from my iPhone

Begin forwarded message:

From: Kyle Benning <kyle_benning@shi.com>
Date: {dates.at(-2):%B} {dates.at(-2).day}, {dates.at(-2).year} at 9:14:00 AM EST
To: Priya Raman <priya@harborfoods.example>
Subject: Cisco SmartNet coterm

Hello Priya, I show SmartNet coverage on FOC2417L0RX and FOC2417L0RY ending soon. SHI would like to quote
your SmartNet renewal. Can you send me the PO for it by Friday?
Kyle, SHI
"""
    return Sample("iPhone, inline", "serial numbers; our quote is already out", "priya@harborfoods.example",
                  mail("priya@harborfoods.example", "Priya Raman", "Fwd: Cisco SmartNet coterm", dates.at(0, 8),
                       body), "alert", "shi", ["HF-2002"], "processing", subject="Cisco SmartNet coterm")


def german_attachment(dates):
    inner = mail("jens.torberg@bechtle.com", "Jens Torberg", "Ihre Sophos-Verlängerung", dates.at(-1), f"""\
Sehr geehrte Frau Petersen,

Ihre Lizenz Sophos Intercept X (Vertrag SO-7734-2291) läuft am {dates.day(120):%d.%m.%Y} ab. Gerne bieten wir
Ihnen die Verlängerung zu besseren Konditionen an. Bitte bestätigen Sie uns den Wechsel des Partners, dann
kümmern wir uns um alles Weitere.

Mit freundlichen Grüßen
Jens Torberg, Bechtle
""", charset="iso-8859-1", to="inga.petersen@ostsee-logistik.example", transfer="quoted-printable")
    boundary = "=_weitergeleitet"
    raw = (f"From: Inga Petersen <inga.petersen@ostsee-logistik.example>\nTo: {WATCH}\n"
           f"Subject: {encoded('WG: Ihre Sophos-Verlängerung', 'utf-8')}\nDate: {format_datetime(dates.at(0))}\n"
           "Message-ID: <ol-1@ostsee-logistik.example>\nMIME-Version: 1.0\n"
           f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n'
           "Content-Type: text/plain; charset=utf-8\n\nBitte ansehen.\n\n"
           f"--{boundary}\nContent-Type: message/rfc822\nContent-Disposition: attachment; "
           'filename="original.eml"\n\n').encode() + inner + f"\n--{boundary}--\n".encode()
    return Sample("Outlook, attached", "German; a wrong expiry day and a change of partner",
                  "inga.petersen@ostsee-logistik.example", raw, "alert", "bechtle", ["OL-3001"], "premature",
                  ["false_expiry", "partner_change_request"], subject="Ihre Sophos-Verlängerung")


def reply_with_quote(dates):
    body = f"""Please take us off your list, we are happy with our partner.

On {dates.at(-1):%a, %b} {dates.at(-1).day}, {dates.at(-1).year} at 9:14 AM Rosa Lindqvist <rosa@northpeakit.example> wrote:

> Hi Amir,
>
> VMware gave us your details. Your vSphere Foundation subscription ends on {dates.long(48)} and
> NorthPeak IT can renew your subscription at last year's price. May I send you a quote?
>
> Rosa Lindqvist
> NorthPeak IT
"""
    return Sample("Reply, quoted", "an unknown reseller; the customer only copies us in",
                  "amir@kestrellabs.example",
                  mail("amir@kestrellabs.example", "Amir Haddad", "Re: vSphere subscription renewal", dates.at(0),
                       body, to="rosa@northpeakit.example", extra=f"Cc: {WATCH}\n"),
                  "alert", "domain:northpeakit.example", ["KL-4001"], "in_window", ["vendor_shared_contact"],
                  subject="vSphere subscription renewal")


def chinese(dates):
    day, sent = dates.day(40), dates.at(-1)
    body = f"""您好，我们收到下面这封邮件，请看一下。

发件人: 林晓 <linxiao@huaxing-soft.example>
发送时间: {sent.year}年{sent.month}月{sent.day}日 9:14
收件人: 周文 <zhouwen@qinghai-pack.example>
主题: 卡巴斯基授权到期续费提醒

周经理，您好：

贵公司的卡巴斯基（Kaspersky）终端安全授权（编号 KL-58820417）将于{day.year}年{day.month}月{day.day}日到期。
现在通过我们续费可享85折优惠，需要报价请直接回复。

华星软件 林晓
"""
    return Sample("Outlook, gb18030", "Chinese, in a charset that has to be read inside the sandbox",
                  "zhouwen@qinghai-pack.example",
                  mail("zhouwen@qinghai-pack.example", "周文", "转发: 卡巴斯基授权到期续费提醒", dates.at(0), body,
                       charset="gb18030", transfer="base64"),
                  "alert", "domain:huaxing-soft.example", ["JP-5001"], "in_window",
                  subject="卡巴斯基授权到期续费提醒")


def japanese(dates):
    day, sent = dates.day(55), dates.at(-2)
    body = f"""お世話になっております。下記のメールが届きましたので転送します。

-----Original Message-----
From: 佐藤 健 <sato@tokai-license.example>
Sent: {sent:%A, %B} {sent.day}, {sent.year} 9:14 AM
To: 山田 花子 <yamada@mikawa-techno.example>
Subject: ウイルスバスター更新のご案内

山田様

ご利用中のトレンドマイクロ（Trend Micro）Apex One（契約番号 TM-00917342）は{day.year}年{day.month}月{day.day}日に
有効期限を迎えます。弊社で更新いただければ特別価格でお見積りいたします。更新のご注文をお待ちしております。

東海ライセンス 佐藤
"""
    return Sample("Japanese, 2022-jp", "Japanese in iso-2022-jp, also read inside the sandbox",
                  "yamada@mikawa-techno.example",
                  mail("yamada@mikawa-techno.example", "山田花子", "FW: ウイルスバスター更新のご案内", dates.at(0),
                       body, charset="iso-2022-jp", transfer="7bit"),
                  "alert", "domain:tokai-license.example", ["MT-6001"], "in_window",
                  subject="ウイルスバスター更新のご案内")


def unknown_customer(dates):
    body = """Hello, is this something you look after?

---------- Forwarded message ---------
From: Dana Whitlock <dana.whitlock@cdw.com>
Subject: Renew your Fortinet support with CDW
To: Lena Ferro <lena@ferroglass.example>

Hi Lena, your FortiCare support contract is coming up for renewal next month. CDW can send you a renewal
quote today. Interested?
"""
    return Sample("Gmail, a prospect", "a rival, but nobody whose contract we hold", "lena@ferroglass.example",
                  mail("lena@ferroglass.example", "Lena Ferro", "Fwd: Renew your Fortinet support with CDW",
                       dates.at(0), body), "review", "cdw",
                  subject="Renew your Fortinet support with CDW")


def vendors_notice(dates):
    body = f"""---------- Forwarded message ---------
From: Veeam Renewals <noreply@veeam.com>
Date: {dates.at(-1):%a, %b} {dates.at(-1).day}, {dates.at(-1).year} at 9:14 AM
Subject: Your support agreement expires soon
To: Priya Raman <priya@harborfoods.example>

Your support agreement 02781945 expires on {dates.long(34)}. Please contact your reseller to renew.
This is an automatic notice by Veeam Software.
"""
    return Sample("Vendor's notice", "the vendor's own reminder: nobody is poaching", "priya@harborfoods.example",
                  mail("priya@harborfoods.example", "Priya Raman", "Fwd: Your support agreement expires soon",
                       dates.at(0, 11), body), "ignore")


def hardware_offer(dates):
    body = """---------- Forwarded message ---------
From: Kyle Benning <kyle_benning@shi.com>
Subject: Laptops for the new office
To: Amir Haddad <amir@kestrellabs.example>

Hi Amir, we have 40 notebooks in stock and can ship them this week, docking stations included.
Here is the price list you asked for. Kyle
"""
    return Sample("Hardware offer", "a rival's offer, but no renewal", "amir@kestrellabs.example",
                  mail("amir@kestrellabs.example", "Amir Haddad", "Fwd: Laptops for the new office", dates.at(0),
                       body), "ignore")


MAKERS = (gmail_inline, iphone_inline, german_attachment, reply_with_quote, chinese, japanese,
          unknown_customer, vendors_notice, hardware_offer, second_forwarder)


def samples(dates):
    return [make(dates) for make in MAKERS]
