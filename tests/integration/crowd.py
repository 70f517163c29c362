# SPDX-License-Identifier: Apache-2.0
"""Many customers, each with a contract of its own, each forwarding one mail."""

from dataclasses import dataclass

from samples import mail

RIVALS = (("Dana Whitlock", "dana.whitlock@cdw.com", "CDW"),
          ("Kyle Benning", "kyle_benning@shi.com", "SHI"),
          ("Rosa Lindqvist", "rosa@northpeakit.example", "NorthPeak IT"))
VENDORS = ("Veeam", "Sophos", "Fortinet", "VMware", "Trend Micro")


@dataclass
class Crowd:
    contracts: str     # CSV
    contract_ids: list
    mails: list        # bytes, each after another contract


def crowd(n, dates, owner, padding=0):
    """padding: further lines of text below each forward, for mails of a given size."""
    rows = ["contract_id,customer,customer_domains,vendor,product,contract_number,serials,quantity,"
            "start_date,end_date,annual_value,currency,owner_email,status"]
    mails, ids = [], []
    for i in range(n):
        vendor, (person, address, firm) = VENDORS[i % len(VENDORS)], RIVALS[i % len(RIVALS)]
        domain, number, end = f"client{i:05}.example", f"CN-{7000000 + i * 37}", 20 + i % 60
        ids.append(f"CR-{i:05}")
        rows.append(f"CR-{i:05},Client {i:05},{domain},{vendor},Subscription,{number},,10,"
                    f"{dates.day(end - 364)},{dates.day(end)},1000.00,USD,{owner},active")
        body = f"""Please have a look.

---------- Forwarded message ---------
From: {person} <{address}>
Date: {dates.at(-1):%a, %b} {dates.at(-1).day}, {dates.at(-1).year} at 9:14 AM
Subject: {vendor} renewal {number}
To: Office <office@{domain}>


Hello, your {vendor} support contract {number} expires on {dates.long(end)}. {firm} can renew it for you
at a better price. May I send you a renewal quote?

{person}
{firm}
""" + "We care for your data and say so at length in every mail of ours.\n" * padding
        mails.append(mail(f"office@{domain}", "Office", f"Fwd: {vendor} renewal {number}", dates.at(0), body))
    return Crowd("\r\n".join(rows) + "\r\n", ids, mails)
