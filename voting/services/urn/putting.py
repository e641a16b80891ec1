"""The two statements that every first ballot runs, written out: to compose them each time costs more than to run them."""

import uuid
from typing import Any

from django.db import connections

from civic.composed import repeated
from voting.models.urn import URN, Ballot, BoxState, PendingLeaf
from voting.services.urn import locks

FIELDS = [field for field in Ballot._meta.concrete_fields if field.attname != "box_id"]
COLUMNS = ", ".join(str(field.column) for field in FIELDS)
MARKS = ", ".join(["%s"] * len(FIELDS))
HOLDS_PAPER = "SELECT 1 FROM voting_paperhold WHERE box_id = voting_ballotbox.id AND pseudonym = %s"
WAITING = "INSERT INTO voting_pendingleaf (id, box_id, commitment) VALUES (%s, %s, %s)"


def put_in(ballot: Ballot) -> bool:
    """Put a ballot into its box, and its commitment among those that wait for the log.

    False, and nothing is put in, where another of the same pseudonym stands, where it holds a paper ballot or the box
    takes none: the statement itself asks the clock.
    """
    clock, moment = locks.clock_sql()
    connection = connections[URN]
    values: list[Any] = [field.get_db_prep_save(getattr(ballot, field.attname), connection) for field in FIELDS]
    statement = (
        f"INSERT INTO voting_ballot ({COLUMNS}, box_id) SELECT {MARKS}, id FROM voting_ballotbox"  # noqa: S608  only names
        f" WHERE id = %s AND state = %s AND opens_at <= {clock} AND closes_at > {clock}"
        f" AND NOT EXISTS ({HOLDS_PAPER}) ON CONFLICT DO NOTHING"
    )
    with repeated(connection) as cursor:
        cursor.execute(statement, [*values, ballot.box_id, BoxState.OPEN.value, *moment, *moment, ballot.pseudonym])
        if not cursor.rowcount:
            return False
        leaf = PendingLeaf._meta.pk.get_db_prep_save(uuid.uuid4(), connection)
        cursor.execute(WAITING, [leaf, ballot.box_id, ballot.commitment])
    return True
