"""The questions that `live` asks of pg_catalog, each about all tables of one schema. They run on PostgreSQL 14 to 18.

Every query takes the schema's name as its one parameter, and its first column is the table's name.
"""

from __future__ import annotations

MEMBER = "JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = %s AND t.relkind IN ('r', 'p')"

SCHEMA = "SELECT current_schema()"

TABLES = f"""
SELECT t.relname, t.reloptions, toast.reloptions, obj_description(t.oid, 'pg_class'),
    t.relrowsecurity AND t.relforcerowsecurity
FROM pg_catalog.pg_class t LEFT JOIN pg_catalog.pg_class toast ON toast.oid = t.reltoastrelid
{MEMBER}
ORDER BY t.relname COLLATE "C"
"""
"""table, storage options, those of its TOAST table, comment, whether row-level security holds for its owner too"""

COLUMNS = f"""
SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, a.attidentity <> '',
    a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), c.collname, col_description(t.oid, a.attnum)
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation AND a.attcollation <> y.typcollation
{MEMBER}
ORDER BY a.attnum
"""
"""table, column, type, nullable, identity, generated ('', 's' or 'v'), default or generation, own collation, comment"""

NAMES = """ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY AS k (number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = k.number ORDER BY k.place)"""

CLEARED = """ARRAY(SELECT a.attname::text FROM jsonb_array_elements_text(
        coalesce(nullif(to_jsonb(c) -> 'confdelsetcols', 'null'), '[]')
    ) WITH ORDINALITY AS k (number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number::int ORDER BY k.place)"""
"""confdelsetcols exists from version 15 on; asked by way of JSON it is simply absent before."""

CONSTRAINTS = f"""
SELECT t.relname, c.conname, c.contype::text, {NAMES.format(numbers="c.conkey", table="c.conrelid")}, r.relname,
    {NAMES.format(numbers="c.confkey", table="c.confrelid")}, c.confdeltype::text, c.confupdtype::text, {CLEARED},
    pg_get_expr(c.conbin, c.conrelid)
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('p', 'u', 'c', 'f')
LEFT JOIN pg_catalog.pg_class r ON r.oid = c.confrelid
{MEMBER}
ORDER BY c.conname COLLATE "C"
"""
"""table, name, kind, columns, referenced table and columns, action on delete and update, cleared columns, condition"""

INDEXES = f"""
SELECT t.relname, i.relname, x.indisunique, m.amname, pg_get_expr(x.indpred, x.indrelid), k.place, a.attname,
    CASE WHEN a.attname IS NULL THEN pg_get_indexdef(x.indexrelid, k.place, false) END,
    coalesce(x.indoption[k.place - 1], 0), CASE WHEN NOT o.opcdefault THEN o.opcname END, k.place > x.indnkeyatts
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_index x ON x.indrelid = t.oid
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL (SELECT n + 1 AS place, x.indkey[n] AS number FROM generate_series(0, x.indnatts - 1) AS n) AS k
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0
LEFT JOIN pg_catalog.pg_opclass o ON o.oid = x.indclass[k.place - 1] AND k.place <= x.indnkeyatts
{MEMBER} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x')
)
ORDER BY i.relname COLLATE "C", k.place
"""
"""table, index, unique, method, predicate, then for each part: place, column, expression, options, class, included"""

POLICIES = f"""
SELECT t.relname, pg_get_expr(p.polqual, t.oid), pg_get_expr(p.polwithcheck, t.oid)
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_policy p ON p.polrelid = t.oid AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{{0}}'
{MEMBER}
ORDER BY p.polname COLLATE "C"
"""
"""table, USING, WITH CHECK of the policies for everyone and every command"""

TRIGGERS = f"""
SELECT t.relname, f.prosrc
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgtype = 19 AND g.tgenabled = 'O'
    AND g.tgqual IS NULL
JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
{MEMBER}
ORDER BY g.tgname COLLATE "C"
"""
"""table, function body of enabled BEFORE UPDATE triggers (tgtype 19 = for each row 1 + before 2 + update 16)"""
