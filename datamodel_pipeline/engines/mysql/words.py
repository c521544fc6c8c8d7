"""MySQL's way of writing names, constants and expressions.

In: identifiers, literals, neutral expressions. Out: SQL text, quoted only where MySQL needs it.
"""

from __future__ import annotations

import re

from datamodel_pipeline.engines import _spelling
from datamodel_pipeline.schema.expressions import Expression, Literal

PRODUCT = "mysql"
TITLE = "MySQL"
LIMIT = 64
"""Characters that an identifier may have (manual, "Identifier Length Limits")."""

WORDS = """
    accessible add all alter analyze and any array as asc asensitive before between bigint binary blob both by call
    cascade case change char character check collate column condition constraint continue convert create cross cube
    cume_dist current_date current_time current_timestamp current_user cursor database databases day_hour
    day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc describe
    deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except exists
    exit explain external false fetch first_value float float4 float8 for force foreign from fulltext function
    generated get grant group grouping groups having high_priority hour_microsecond hour_minute hour_second if
    ignore in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval
    into io_after_gtids io_before_gtids is iterate join json_table key keys kill lag last_value lateral lead
    leading leave left library like limit linear lines load localtime localtimestamp lock long longblob longtext
    loop low_priority manual master_bind master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext
    middleint minute_microsecond minute_second mod modifies natural not no_write_to_binlog nth_value ntile null
    numeric of on optimize optimizer_costs option optionally or order out outer outfile over parallel partition
    percent_rank precision primary procedure purge qualify range rank read reads read_write real recursive references
    regexp release rename repeat replace require resignal restrict return revoke right rlike row row_number rows
    schema schemas second_microsecond select sensitive separator set show signal smallint spatial specific sql
    sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting stored
    straight_join system table tablesample terminated then tinyblob tinyint tinytext to trailing trigger true undo
    union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar
    varcharacter varying virtual when where while window with write xor year_month zerofill
"""
RESERVED = frozenset(WORDS.split())
"""Every word that any supported version reserves (information_schema.KEYWORDS of 9.7, and those of 8.0 and 8.4)."""

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(identifier: str) -> str:
    """The identifier as MySQL must read it."""
    if PLAIN.fullmatch(identifier) and identifier.lower() not in RESERVED:
        return identifier
    return "`" + identifier.replace("`", "``") + "`"


def quote_all(identifiers: tuple[str, ...]) -> str:
    """The identifiers, quoted where needed and separated by commas."""
    return ", ".join(map(quote, identifiers))


def text(value: str) -> str:
    """A string constant; backslashes are doubled because MySQL reads them as escapes."""
    escaped = value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r")
    return "'" + escaped.replace("\0", "\\0").replace("\x1a", "\\Z") + "'"


def constant(literal: Literal) -> str:
    """A constant: text in quotes, numbers bare, true and false as words."""
    return _spelling.constant(literal, text, "TRUE", "FALSE")


def expression(written: Expression) -> str:
    """The expression in MySQL's spelling, without outer parentheses."""
    return _spelling.expression(written, PRODUCT, quote, constant)


def bare(written: str) -> str:
    """The SQL without the one pair of parentheses that is around a default that is an expression."""
    return written[1:-1] if written.startswith("(") and written.endswith(")") else written
