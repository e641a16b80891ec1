"""What a transactional test leaves is taken out of the tables that hold something; Django's own flush truncates every
table and makes content types and permissions anew, which takes longer than most of those tests."""

from django.core.management.color import no_style
from django.db import connections, transaction

KEPT = {"django_migrations", "django_content_type", "auth_permission", "django_site"}  # as the migrations left them


def emptied(case: type) -> None:
    """In place of ``TransactionTestCase._fixture_teardown``."""
    for alias in case._databases_names(include_mirrors=False):
        connection = connections[alias]
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
            if alias == "default" and connection.vendor == "postgresql":
                _delete_from(_filled(tables, cursor), cursor)
            else:  # few tables, or none that takes long
                for statement in connection.ops.sql_flush(no_style(), tables):
                    cursor.execute(statement)


def _filled(tables: list[str], cursor) -> list[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in tables))
    return [table for (table,) in cursor.fetchall()]


def _delete_from(tables: list[str], cursor) -> None:
    """Without triggers: neither foreign keys nor what guards the record stands in the way."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in tables:
        cursor.execute(f"DELETE FROM {table}")
