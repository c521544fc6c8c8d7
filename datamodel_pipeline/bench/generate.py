"""Realistic projects of any size, the same for the same numbers.

In: a number of entities. Out: spec files. Every entity has 8 to 15 attributes, 2 to 3 relationships to entities made
before it, a group of about 25, and now and then what real models have: a check, an enum, personal data, a many-to-many.
"""

from __future__ import annotations

import random
from pathlib import Path

NOUNS = """
Account Address Agent Alert Asset Audit Badge Basket Batch Booking Branch Brand Budget Bundle Campaign Carrier
Case Catalog Channel Charge Claim Client Clinic Comment Company Contact Contract Coupon Course Credit Customer
Dealer Delivery Device Discount Document Driver Employee Event Exam Expense Facility Fee Fleet Folder Form
Fund Gift Goal Grant Guest Hotel Image Incident Invoice Item Job Journal Label Lead Ledger Lesson License Loan
Location Machine Manager Market Meeting Member Message Meter Note Offer Order Outlet Package Parcel Partner
Patient Payment Permit Phone Plan Policy Post Price Product Profile Project Quote Rating Receipt Region Rental
Report Request Review Reward Role Room Route Sample Schedule Seat Segment Sensor Service Session Shift
Shipment Shop Site Skill Slot Student Supplier Survey Tag Task Team Ticket Token Tour Trade Training Transfer
Trip Unit User Vehicle Vendor Venue Visit Voucher Ward Warehouse Wallet Zone
"""
QUALIFIERS = """
Active Annual Basic Central Custom Daily Digital Direct Draft External Extra Field Final Global Home Internal
Joint Key Local Main Master Mobile Monthly Online Open Primary Public Regional Remote Shared Special Standard
Weekly
"""
FIELDS = (
    ("code", "string(20)"),
    ("title", "string(200)"),
    ("summary", "text?"),
    ("amount", "decimal(12,2)"),
    ("quantity", "integer"),
    ("starts_on", "date"),
    ("ends_on", "date?"),
    ("finished_at", "timestamp?"),
    ("is_active", "boolean"),
    ("email", "{type: string(255), personal: true}"),
    ("phone", "{type: string(40), optional: true, personal: true}"),
    ("settings", "json?"),
    ("rank", "smallint"),
    ("weight", "double?"),
    ("reference", "string(80)?"),
    ("color", "string(30)?"),
    ("latitude", "decimal(9,6)?"),
    ("longitude", "decimal(9,6)?"),
    ("duration", "integer?"),
    ("checksum", "char(64)?"),
)
MODEL = """\
datamodel: 1
id: 1
slug: generated
title: Generated model
decisions:
  engines: [postgresql 16, mysql 8.4, sqlite]
  deletes: {{default: hard, {soft}: soft}}
"""


def names(count: int) -> list[str]:
    """That many different entity names."""
    nouns = NOUNS.split()
    plain = list(nouns)
    plain += [qualifier + noun for qualifier in QUALIFIERS.split() for noun in nouns]
    while len(plain) < count:
        plain += [f"{name}{len(plain)}" for name in plain[: count - len(plain)]]
    return plain[:count]


def entity(number: int, every: list[str]) -> str:
    """The text of one entity file."""
    chance = random.Random(number)
    name = every[number]
    group = f"Group {number // 25 + 1}"
    lines = ["datamodel: 1", f"entity: {name}", f"description: One {name} of the generated model.", f"group: {group}"]
    lines.append("attributes:")
    chosen = sorted(chance.sample(range(len(FIELDS)), chance.randint(7, 14)))
    lines += [f"  {FIELDS[index][0]}: {FIELDS[index][1]}" for index in chosen]
    lines.append("  state: {type: 'enum(new, open, closed)', default: new}")
    links = chance.randint(2, 3)
    if number:
        near = range(max(0, number - 60), number)
        targets = chance.sample(near, min(links, len(near)))
        lines.append("relationships:")
        lines += [f"  link_{place}: {{belongs_to: {every[target]}}}" for place, target in enumerate(targets)]
        if number % 20 == 0:
            lines.append(f"  companions: {{many_to_many: {every[number - 1]}}}")
    if number % 5 == 0 and any(FIELDS[index][0] == "quantity" for index in chosen):
        lines += ["checks:", '  quantity_is_sane: "quantity >= 0"']
    return "\n".join(lines) + "\n"


def project(folder: Path, count: int) -> None:
    """Writes a whole project with that many entities."""
    every = names(count)
    entities = folder / "specs" / "generated" / "entities"
    entities.mkdir(parents=True)
    (folder / "specs" / "generated" / "model.yaml").write_text(MODEL.format(soft=every[0]), "utf-8")
    for number, name in enumerate(every):
        (entities / f"{name.lower()}.yaml").write_text(entity(number, every), "utf-8")
    (folder / "dodo.py").write_text("from datamodel_pipeline.pipeline.dodo import *\n", "utf-8")
    (folder / "pyproject.toml").write_text('[tool.doit]\nloader = "datamodel"\nreporter = "datamodel"\n', "utf-8")


def commented(path: Path, words: str) -> None:
    """Adds a comment to an entity file."""
    path.write_text(f"{path.read_text('utf-8')}# {words}\n", "utf-8")


def attribute_added(path: Path, name: str) -> None:
    """Adds an attribute to an entity file, before the others."""
    _replaced(path, "attributes:\n", f"attributes:\n  {name}: integer?\n")


def described(path: Path, words: str) -> None:
    """Changes the description of an entity, which its table's comment, its page and the list of tables show."""
    _replaced(path, "description: ", f"description: {words} ")


def _replaced(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
