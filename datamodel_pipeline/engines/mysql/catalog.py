"""The questions that MySQL's catalog is asked about the current database, ordered so that answers are repeatable."""

from __future__ import annotations

TABLES = """
    SELECT table_name, table_collation, engine, create_options, table_comment
    FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
    ORDER BY table_name
"""

COLUMNS = """
    SELECT table_name, column_name, column_type, is_nullable, column_default, extra, collation_name, column_comment,
           generation_expression
    FROM information_schema.columns
    WHERE table_schema = DATABASE()
    ORDER BY table_name, ordinal_position
"""

INDEXES = """
    SELECT table_name, index_name, non_unique, index_type, column_name, expression, sub_part, collation
    FROM information_schema.statistics
    WHERE table_schema = DATABASE()
    ORDER BY table_name, index_name, seq_in_index
"""

CHECKS = """
    SELECT c.table_name, c.constraint_name, k.check_clause
    FROM information_schema.table_constraints c
    JOIN information_schema.check_constraints k
      ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
    WHERE c.table_schema = DATABASE() AND c.constraint_type = 'CHECK'
    ORDER BY c.table_name, c.constraint_name
"""

FOREIGN_KEYS = """
    SELECT u.table_name, u.constraint_name, u.column_name, u.referenced_table_name, u.referenced_column_name,
           r.delete_rule, r.update_rule
    FROM information_schema.key_column_usage u
    JOIN information_schema.referential_constraints r
      ON r.constraint_schema = u.constraint_schema AND r.constraint_name = u.constraint_name
    WHERE u.table_schema = DATABASE() AND u.referenced_table_name IS NOT NULL
    ORDER BY u.table_name, u.constraint_name, u.ordinal_position
"""

TRIGGERS = """
    SELECT event_object_table, trigger_name
    FROM information_schema.triggers
    WHERE trigger_schema = DATABASE() AND event_manipulation = 'INSERT'
    ORDER BY event_object_table, trigger_name
"""
