"""Rows for the support desk's tables on every engine: two people with traces everywhere, one to be erased, one to stay.

Texts that are about a person begin with that person's name, so that a trace is found by reading every column.
"""

from __future__ import annotations

from engine_scripts import Database, Rows

ERASED, OTHER = "Ann", "Bob"
PEOPLE = {42: ERASED, 43: OTHER}
SPELLED = {
    "postgresql": {"over": " OVERRIDING SYSTEM VALUE", "end": "Z", "at": "T", "uuid": "'{}'"},
    "mysql": {"over": "", "end": "", "at": " ", "uuid": "UUID_TO_BIN('{}', 1)"},
    "sqlite": {"over": "", "end": ".000Z", "at": "T", "uuid": "'{}'"},
}
OLD, NEW = "2001-01-01", "2036-01-01"

SHARED = (
    "countries (id, code, name) VALUES (1, 'DE', 'Germany')",
    "plans (id, code, name) VALUES (1, 'team', 'Team')",
    "organizations (id, name, subdomain, billing_email, plan_id, country_id)"
    " VALUES (1, 'Acme', 'acme', 'office@acme.example', 1, 1)",
)
PERSONAL = (
    "users (id, tenant_id, kind, email, name, phone, last_seen_at)"
    " VALUES ({id}, 1, 'customer', '{who}@x.example', '{who}', '{who} 1', <{seen}>)",
    "tickets (id, tenant_id, number, channel, subject, status, solved_at, legal_hold, requester_id)"
    " VALUES ({id}0, 1, 'A-{id}0', 'email', '{who} is stuck', 'solved', <2001-01-01>, FALSE, {id})",
    "tickets (id, tenant_id, number, channel, subject, status, solved_at, legal_hold, requester_id)"
    " VALUES ({id}1, 1, 'A-{id}1', 'email', '{who} complains', 'closed', <2001-01-01>, TRUE, {id})",
    "tickets (id, tenant_id, number, channel, subject, status, solved_at, legal_hold, requester_id)"
    " VALUES ({id}2, 1, 'A-{id}2', 'email', '{who} asks', 'solved', <2036-01-01>, FALSE, {id})",
    "tickets (id, tenant_id, number, channel, subject, status, legal_hold, requester_id)"
    " VALUES ({id}3, 1, 'A-{id}3', 'email', '{who} waits', 'open', FALSE, {id})",
    "messages (id, tenant_id, body, sent_at, ticket_id, author_id)"
    " VALUES ({id}, 1, '{who} says hello', <2036-01-01>, {id}2, {id})",
    "attachments (tenant_id, file_name, content_type, size_bytes, sha256, storage_key, message_id)"
    " VALUES (1, '{who}.png', 'image/png', 1, 'aa', 'k{id}', {id})",
    "email_messages (id, tenant_id, message_id, from_address, to_addresses)"
    " VALUES ({id}, 1, 'm{id}', '{who}@x.example', '[\"{who}@x.example\"]')",
    "phone_calls (id, tenant_id, direction, caller_number, started_at)"
    " VALUES ({id}, 1, 'inbound', '{who} 1', <2036-01-01>)",
    "satisfaction_ratings (tenant_id, score, comment, survey_sent_at, answered_at, ticket_id)"
    " VALUES (1, 5, '{who} is happy', <2036-01-01>, <2036-01-01>, {id}2)",
    "data_requests (tenant_id, kind, requester_email, received_at, due_at, completed_at, public_token, subject_id)"
    " VALUES (1, 'access', '{who}@x.example', <2001-01-01>, <2001-02-01>, <{done}>,"
    " [00000000-0000-4000-8000-0000000000{id}], {id})",
    "audit_events (tenant_id, action, subject_type, subject_id, changes, occurred_at, actor_id)"
    " VALUES (1, 'seen', 'Ticket', 1, '{{\"by\": \"{who}\"}}', <{done}>, {id})",
    "time_entries (tenant_id, minutes, worked_on, created_at, agent_id) VALUES (1, 16, '2001-01-01', <{done}>, {id})",
)
SILENT = 1
"""Time entries say nothing about the person."""

AFTER_RETENTION: dict[str, Rows] = {
    "SELECT id FROM tickets ORDER BY id": [(421,), (422,), (423,), (431,), (432,), (433,)],
    "SELECT subject_id FROM data_requests": [(43,)],
    "SELECT actor_id FROM audit_events": [(43,)],
    "SELECT actor_id FROM audit_events_archive": [(42,)],
    "SELECT agent_id FROM time_entries": [(43,)],
    "SELECT agent_id, billed_minutes FROM time_entries_archive": [(42, 30)],
    "SELECT id, email, name, phone FROM users ORDER BY id": [
        (42, "erased42", "erased", None),
        (43, "Bob@x.example", "Bob", "Bob 1"),
    ],
}
"""What the second run of all jobs must leave, and what the first one must not have taken."""

HELD_BACK = [("tickets", 421)]
"""What erasure leaves because somebody in the legal team says so."""


def statements(product: str) -> list[str]:
    """The INSERTs, parents first."""
    lines = [*SHARED]
    for number, who in PEOPLE.items():
        dates = (OLD, OLD) if who == ERASED else (NEW, NEW)
        lines += [line.format(id=number, who=who, seen=dates[0], done=dates[1]) for line in PERSONAL]
    return [_spelled(line, SPELLED[product]) for line in lines]


def _spelled(line: str, words: dict[str, str]) -> str:
    """`<2001-01-01>` becomes an instant, `[…]` a UUID, as the engine takes them."""
    table, _, rest = line.partition(" (")
    names, _, values = rest.partition(") VALUES ")
    values = values.replace("<", "'").replace(">", f"{words['at']}00:00:00{words['end']}'")
    start, bracket, tail = values.partition(" [0")
    if bracket:
        uuid, _, tail = tail.partition("]")
        values = f"{start} {words['uuid'].format('0' + uuid)}{tail}"
    over = words["over"] if names.startswith("id,") and table not in ("email_messages", "phone_calls") else ""
    return f"INSERT INTO {table} ({names}){over} VALUES {values};"


def traces(database: Database) -> dict[str, list[tuple[str, object]]]:
    """Person → (table, first column) of every row in which the name stands."""
    found: dict[str, list[tuple[str, object]]] = {}
    for table in database.catalog().tables:
        for row in database.rows(f"SELECT * FROM {table.name}"):
            for who in PEOPLE.values():
                if any(who in str(value) for value in row):
                    found.setdefault(who, []).append((table.name, row[0]))
    return {who: sorted(rows, key=str) for who, rows in found.items()}
