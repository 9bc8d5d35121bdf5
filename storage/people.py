"""People of the web door, in SQL. What lets somebody in is kept as an HMAC with the installation's secret alone."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, select, update

from core.people import INVITATION_SECONDS, LOGIN_SECONDS, Invitation, People, Person, Token, Visit
from storage import batches
from storage.database import Database
from storage.tables import events, insert, installation, invitations, logins, members, people, tokens

Result = TypeVar("Result")
_FIELDS = (people.c.id, people.c.name, people.c.operator, people.c.guest)
_PERSON = select(*_FIELDS).where(people.c.id == bindparam("person"))
_OPERATOR = select(*_FIELDS).where(people.c.operator)
_LOGGED_IN = (
    select(*_FIELDS)
    .join(logins, logins.c.person == people.c.id)
    .where(logins.c.hash == bindparam("login"), logins.c.expires > bindparam("now"))
)
_LOGGED_IN_OWN = _LOGGED_IN.where(logins.c.token.is_(None))
_BEHIND = select(logins.c.token).where(logins.c.hash == bindparam("login"))
_INVITATION = select(invitations.c.name, invitations.c.room, invitations.c.person, invitations.c.inviter).where(
    invitations.c.hash == bindparam("secret"), invitations.c.expires > bindparam("now")
)
_TOKENS = select(
    tokens.c.id, tokens.c.label, tokens.c.created, *(field.label(f"person_{field.name}") for field in _FIELDS)
).join(people, people.c.id == tokens.c.person)
_BY_TOKEN = _TOKENS.where(tokens.c.hash == bindparam("secret"))
_ROOMS = select(members.c.room).where(members.c.person == bindparam("person")).order_by(members.c.room)
_IS_MEMBER = select(members.c.room).where(members.c.room == bindparam("room"), members.c.person == bindparam("person"))
_MEMBERS = select(members.c.person).where(members.c.room == bindparam("room"))
_ANY_MEMBER = _MEMBERS.limit(1)
_ANY_EVENT = select(events.c.seq).where(events.c.chat == bindparam("room")).limit(1)
_GOOD_LOGINS = select(logins.c.hash).where(
    logins.c.hash.in_(bindparam("hashes", expanding=True)), logins.c.expires > bindparam("now")
)
_GOOD_TOKENS = select(tokens.c.hash).where(tokens.c.hash.in_(bindparam("hashes", expanding=True)))
_ALL_MEMBERS = select(members.c.room, members.c.person).where(members.c.room.in_(bindparam("rooms", expanding=True)))
_JOIN = insert(members).on_conflict_do_nothing()

_OPERATOR_MARK = "operator"
"""The row of ``installation`` with the hash of the operator's token, to see when it is another."""


class SqlPeople(People):
    """``core.people.People`` in the database. Several processes may use it at once: nothing is remembered here but the secret."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        self.database = self._database = database
        self._clock = clock
        self._key: bytes | None = None
        self.turned_away = 0

    async def settle(self, token: str) -> Person:
        kept = await self._hash(f"operator {token}")
        return await self._database.write(partial(_settle, kept, self._clock()))

    async def operator(self) -> Person | None:
        return await self._database.read(lambda connection: _one(connection, _OPERATOR, {}))

    async def everybody(self) -> Sequence[Person]:
        listed = select(*_FIELDS).order_by(people.c.created, people.c.id)
        return await self._database.read(lambda connection: [_person(row) for row in connection.execute(listed)])

    async def rename(self, person: str, name: str) -> None:
        renamed = update(people).where(people.c.id == person).values(name=name)
        await self._database.write(lambda connection: connection.execute(renamed).close())

    async def remove(self, person: str) -> bool:
        return await self._turning_away(partial(_remove, person))

    # --- invitations -------------------------------------------------------------------------------------------------

    async def invite(self, inviter: str, *, name: str = "", room: str = "", person: str = "") -> str:
        secret = secrets.token_urlsafe(24)
        row = {"hash": await self._hash(secret), "name": name, "room": room, "person": person, "inviter": inviter}
        row["expires"] = self._clock() + INVITATION_SECONDS  # type: ignore[assignment]
        await self._database.write(lambda connection: connection.execute(insert(invitations), row).close())
        return secret

    async def invite_again(self, login: str) -> str | None:
        values = {"login": await self._hash(login), "now": self._clock()}
        person = await self._database.read(lambda connection: _one(connection, _LOGGED_IN_OWN, values))
        return await self.invite(person.id, name=person.name, person=person.id) if person else None

    async def invitation(self, secret: str) -> Invitation | None:
        return await self._database.read(partial(_invitation, await self._hash(secret), self._clock()))

    async def accept(self, secret: str, name: str, known: Person | None = None) -> Person | None:
        return await self._database.write(partial(_accept, await self._hash(secret), name, known, self._clock()))

    # --- log-ins and tokens ------------------------------------------------------------------------------------------

    async def log_in(self, person: str, token: str | None = None) -> str:
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        row = {"hash": await self._hash(secret), "person": person, "token": token, "expires": now + LOGIN_SECONDS}

        def add(connection: Connection) -> None:
            connection.execute(delete(logins).where(logins.c.expires < now))
            connection.execute(insert(logins), row)

        await self._database.write(add)
        return secret

    async def logged_in(self, secret: str) -> Person | None:
        values = {"login": await self._hash(secret), "now": self._clock()}
        return await self._database.read(lambda connection: _one(connection, _LOGGED_IN, values))

    async def log_out(self, secret: str) -> None:
        gone = delete(logins).where(logins.c.hash == await self._hash(secret))
        await self._turning_away(lambda connection: connection.execute(gone).close())

    async def issue(self, label: str, *, person: str = "", room: str = "") -> tuple[Token, str] | None:
        secret = f"fabula-{secrets.token_urlsafe(32)}"
        issued = await self._database.write(
            partial(_issue, await self._hash(secret), label, person, room, self._clock())
        )
        return None if issued is None else (issued, secret)

    async def tokens(self) -> Sequence[Token]:
        listed = _TOKENS.order_by(tokens.c.created, tokens.c.id)
        return await self._database.read(lambda connection: [_token(row) for row in connection.execute(listed)])

    async def by_token(self, secret: str) -> Token | None:
        values = {"secret": await self._hash(secret)}

        def find(connection: Connection) -> Token | None:
            row = connection.execute(_BY_TOKEN, values).first()
            return None if row is None else _token(row)

        return await self._database.read(find)

    async def behind(self, login: str) -> str:
        values = {"login": await self._hash(login)}
        return await self._database.read(lambda connection: connection.scalar(_BEHIND, values)) or ""

    async def revoke(self, token: str) -> bool:
        gone = delete(tokens).where(tokens.c.id == token)
        return await self._turning_away(lambda connection: connection.execute(gone).rowcount == 1)

    # --- rooms -------------------------------------------------------------------------------------------------------

    async def rooms(self, person: str) -> Sequence[str]:
        return await self._database.read(lambda connection: connection.scalars(_ROOMS, {"person": person}).all())

    async def members(self, room: str) -> Set[str]:
        return await self._database.read(
            lambda connection: frozenset(connection.execute(_MEMBERS, {"room": room}).scalars())
        )

    async def is_member(self, person: Person, room: str) -> bool:
        values = {"room": room, "person": person.id}
        return await self._database.read(lambda connection: connection.execute(_IS_MEMBER, values).first()) is not None

    async def opens(self, person: Person, room: str) -> bool:
        return await self._database.write(partial(_open_room, person, room))

    async def still_here(self, visits: Collection[Visit]) -> Collection[Visit]:
        hashes = {secret: await self._hash(secret) for one in visits for secret in (one.login, one.token) if secret}
        return await self._database.read(partial(_still_here, visits, hashes, self._clock()))

    async def _turning_away(self, write: Callable[[Connection], Result]) -> Result:
        done = await self._database.write(write)
        self.turned_away += 1
        return done

    async def _hash(self, secret: str) -> str:
        if self._key is None:
            found = select(installation.c.value).where(installation.c.name == "secret")
            key: str = await self._database.read(lambda connection: connection.execute(found).scalar_one())
            self._key = bytes.fromhex(key)
        return hmac.new(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _still_here(
    visits: Collection[Visit], hashes: Mapping[str, str], now: float, connection: Connection
) -> list[Visit]:
    found = {"hashes": list(hashes.values()), "now": now, "rooms": list({one.room for one in visits if one.room})}
    good = {*connection.execute(_GOOD_LOGINS, found).scalars(), *connection.execute(_GOOD_TOKENS, found).scalars()}
    inside = {(row.room, row.person) for row in connection.execute(_ALL_MEMBERS, found)}
    return [
        one
        for one in visits
        if all(hashes[secret] in good for secret in (one.login, one.token) if secret)
        and (not one.room or (one.room, one.person) in inside)
    ]


def _person(row: object) -> Person:
    return Person.model_validate(row, from_attributes=True)


def _token(row: object) -> Token:
    values = row._mapping  # type: ignore[attr-defined]
    person = Person(**{field.name: values[f"person_{field.name}"] for field in _FIELDS})
    return Token(id=values["id"], label=values["label"], created=values["created"], person=person)


def _one(connection: Connection, query: object, values: dict[str, object]) -> Person | None:
    row = connection.execute(query, values).first()  # type: ignore[call-overload]
    return None if row is None else _person(row)


def _settle(kept: str, now: float, connection: Connection) -> Person:
    person = _one(connection, _OPERATOR, {}) or _add("", now, connection, operator=True)
    known = connection.scalar(select(installation.c.value).where(installation.c.name == _OPERATOR_MARK))
    if known != kept:
        connection.execute(delete(logins).where(logins.c.person == person.id, logins.c.token.is_(None)))
        keep = insert(installation).values(name=_OPERATOR_MARK, value=kept)
        connection.execute(
            keep.on_conflict_do_update(index_elements=[installation.c.name], set_={"value": keep.excluded.value})
        )
    return person


def _add(
    name: str, now: float, connection: Connection, *, person: str = "", operator: bool = False, guest: bool = False
) -> Person:
    """Somebody new, with a random id; with that of somebody from before there were people, where one is given."""
    made = Person(id=person or f"p{secrets.token_hex(10)}", name=name, operator=operator, guest=guest)
    connection.execute(insert(people), {**made.model_dump(), "created": now})
    return made


def _remove(person: str, connection: Connection) -> bool:
    """Remove somebody with what lets them in, and with the links that they made or that were made for them; their tables wait."""
    theirs = (invitations.c.person == person) | (invitations.c.inviter == person)
    gone = connection.execute(delete(people).where(people.c.id == person, people.c.operator.is_(False))).rowcount == 1
    if gone:
        connection.execute(delete(invitations).where(theirs))
        batches.suspend(f"web:{person}", connection)
    return gone


def _invitation(secret: str, now: float, connection: Connection) -> Invitation | None:
    row = connection.execute(_INVITATION, {"secret": secret, "now": now}).first()
    if row is None:
        return None
    inviter = _one(connection, _PERSON, {"person": row.inviter})
    return Invitation(name=row.name, room=row.room, person=row.person, inviter=inviter.name if inviter else "")


def _accept(secret: str, name: str, known: Person | None, now: float, connection: Connection) -> Person | None:
    invitation = _invitation(secret, now, connection)
    if invitation is None:
        return None
    if known is not None and invitation.is_needless(known):
        return known
    connection.execute(delete(invitations).where((invitations.c.hash == secret) | (invitations.c.expires < now)))
    if invitation.person:
        known = _one(connection, _PERSON, {"person": invitation.person})
    if known is None:
        guest = bool(invitation.room)
        known = _add(name or invitation.name, now, connection, person=invitation.person, guest=guest)
    elif known.guest and not invitation.room and not invitation.person:
        connection.execute(update(people).where(people.c.id == known.id).values(guest=False))
        known = known.model_copy(update={"guest": False})
    if invitation.room:
        connection.execute(_JOIN, {"room": invitation.room, "person": known.id})
    return known


def _issue(secret: str, label: str, person: str, room: str, now: float, connection: Connection) -> Token | None:
    whose = _add(label, now, connection, guest=True) if room else _one(connection, _PERSON, {"person": person})
    if whose is None:
        return None
    if room:
        connection.execute(_JOIN, {"room": room, "person": whose.id})
    token = Token(id=f"t{secrets.token_hex(4)}", label=label, person=whose, created=now)
    row = {"id": token.id, "hash": secret, "person": whose.id, "label": label, "created": now}
    connection.execute(insert(tokens), row)
    return token


def _open_room(person: Person, room: str, connection: Connection) -> bool:
    """Make the first who comes a member; where something was said before there were members, the operator alone."""
    if connection.execute(_ANY_MEMBER, {"room": room}).first() is not None:
        return connection.execute(_IS_MEMBER, {"room": room, "person": person.id}).first() is not None
    if connection.execute(_ANY_EVENT, {"room": room}).first() is not None and not person.operator:
        return False
    connection.execute(_JOIN, {"room": room, "person": person.id})
    return True
