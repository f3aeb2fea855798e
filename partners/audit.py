"""What everybody did: the log of the Data Protection Act 2018 s.62, and its seals.

A row is written in the transaction that reads or writes what it tells of: no row, no page. The
table is append-only by what the logins may do. `seal` puts the rows that have become final into a
Merkle tree (RFC 6962's domain separation), signs its root with a key that the database never
sees, and writes root and leaves to a file outside it; `verify` names the first bad row.
"""

import fcntl
import hashlib
import json
import os
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection

if TYPE_CHECKING:
    from partners.models import User

_INSERT = """
INSERT INTO partners_auditevent (operation, actor, actor_name, agency, role, verb, object_type,
  object_ids, reason, detail) VALUES (%s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s)
"""
#: Bytes of a row's hash: its columns as text, each with its length, so that none runs into another.
_ROWS = """
SELECT seq, id, xid::text::bigint, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
  operation, actor, actor_name, agency, role, verb, object_type, object_ids::text, reason,
  detail::text
FROM partners_auditevent WHERE xid >= %s::text::xid8 AND xid < %s::text::xid8 ORDER BY xid, seq
"""

#: Minutes from the first row of the log within which its sealing has begun. Not fewer: a long
#: import by commands alone has no worker beside it.
BEGINS_WITHIN = 60


class NotRecordedError(Exception):
    """The log cannot be written, so what it would tell of must not happen."""


def record(
    *,
    by: "User | None",
    operation: str,
    verb: str,
    object_type: str,
    object_ids: Iterable[uuid.UUID] = (),
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one row, in the current transaction. `by` is None for workers and for strangers.

    `operation` is one of s.62's six, or authentication, denial, configuration. Nothing that a
    partner sent goes into `detail`. Raises NotRecordedError: whatever was to be shown is not.
    """
    who = (by.pk, by.username, by.agency_id, by.role) if by else (None, "", None, "")
    actor, name, agency, role = who
    values = [
        operation,
        actor,
        name or "system",
        agency,
        role,
        verb,
        object_type,
        [str(pk) for pk in object_ids],
        reason,
        json.dumps(detail or {}),
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
    except DatabaseError as error:
        raise NotRecordedError(f"{verb}: {type(error).__name__}") from error


@dataclass(frozen=True)
class Verdict:
    """What `verify` found. `seq` names the first bad row where one can be named."""

    good: bool
    rows: int
    seals: int
    problem: str = ""
    seq: int | None = None


def seal(directory: Path) -> int:
    """Seal the rows that have become final since the last seal; return how many.

    A row is final once no transaction as old as its own is still running. Raises OSError where
    the folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "seals.jsonl").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        earlier = [json.loads(line) for line in file]
        start = earlier[-1]["to"] if earlier else 0
        end = _final()
        leaves = [(seq, leaf) for seq, leaf in _leaves(start, end)]
        if not leaves:
            return 0
        body = {
            "from": start,
            "to": end,
            "previous": hashlib.sha256(_bytes(earlier[-1])).hexdigest() if earlier else "",
            "root": merkle_root([leaf for _, leaf in leaves]).hex(),
            "rows": [[seq, leaf.hex()] for seq, leaf in leaves],
        }
        key = _key(directory)
        body["signature"] = key.sign(_bytes(body)).hex()
        if not earlier:
            _say_begun(key)
        file.write(json.dumps(body, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return len(leaves)


def verify(directory: Path) -> Verdict:
    """Hold every sealed row against its seal; the first that differs is named."""
    lacking = _lacking(directory)
    path = directory / "seals.jsonl"
    if lacking or not _has_seals(path):
        return Verdict(not lacking, 0, 0, lacking)
    key = _key(directory).public_key()
    rows = seals = end = 0
    previous = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        sealed = json.loads(line)
        signature = bytes.fromhex(sealed.pop("signature"))
        try:
            key.verify(signature, _bytes(sealed))
        except InvalidSignature:
            return Verdict(False, rows, seals, f"the signature of seal {seals + 1} does not fit")
        if sealed["previous"] != previous or sealed["from"] != end:
            return Verdict(False, rows, seals, f"a seal is missing before seal {seals + 1}")
        bad = _first_difference(sealed["rows"], _leaves(sealed["from"], sealed["to"]))
        if bad is not None:
            return Verdict(False, rows, seals, *bad)
        if sealed["root"] != merkle_root([bytes.fromhex(leaf) for _, leaf in sealed["rows"]]).hex():
            return Verdict(False, rows, seals, f"the root of seal {seals + 1} is not its rows'")
        rows += len(sealed["rows"])
        seals += 1
        end = sealed["to"]
        previous = hashlib.sha256(_bytes(sealed | {"signature": signature.hex()})).hexdigest()
    return Verdict(good=True, rows=rows, seals=seals)


def _lacking(directory: Path) -> str:
    """What should be in the folder, and is not. Nothing is made in its place."""
    keyed, begun = (directory / "key.pem").exists(), _begun_with()
    if not _has_seals(directory / "seals.jsonl"):
        return "the file of the seals is gone" if keyed or begun else _overdue()
    if not keyed:
        return "the key of the seals is gone"
    return "" if fingerprint(_key(directory)) in begun else "sealing did not begin with this key"


def _has_seals(path: Path) -> bool:
    """Is there a first seal? A look at a log without rows leaves an empty file."""
    return path.exists() and path.stat().st_size > 0


def _overdue() -> str:
    """Said where the log has been written for longer than `BEGINS_WITHIN`, and nobody sealed it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM partners_auditevent "
            "WHERE at < now() - make_interval(mins => %s))",
            [BEGINS_WITHIN],
        )
        if not cursor.fetchone()[0]:
            return ""
    return (
        f"sealing has never begun, and the log is more than {BEGINS_WITHIN} minutes old: "
        "see that a worker and its clock run"
    )


def unsealed(directory: Path) -> int:
    """How many rows of the log no seal covers yet, those of the last minute among them."""
    path = directory / "seals.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    end = json.loads(lines[-1])["to"] if lines else 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM partners_auditevent WHERE xid >= %s::text::xid8", [str(end)]
        )
        return int(cursor.fetchone()[0])


def _first_difference(
    sealed: Iterable[tuple[int, str]], found: Iterator[tuple[int, bytes]]
) -> tuple[str, int] | None:
    expected: dict[int, str] = dict(sealed)
    kept: dict[int, list[str]] = defaultdict(list)
    for seq, leaf in found:
        kept[seq].append(leaf.hex())
    for seq in sorted(expected.keys() | kept.keys()):
        if seq not in kept:
            return "a row is missing", seq
        if seq not in expected or len(kept[seq]) > 1:
            return "a row was added", seq
        if kept[seq] != [expected[seq]]:
            return "a row was changed", seq
    return None


def _final() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _leaves(start: int, end: int) -> Iterator[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [str(start), str(end)])
        while rows := cursor.fetchmany(5000):
            for row in rows:
                yield row[0], leaf_hash(row)


def leaf_hash(row: Sequence[object]) -> bytes:
    """The 32-byte hash of one row, each column preceded by its length."""
    digest = hashlib.sha256(b"\x00")
    for value in row:
        text = b"\xff" if value is None else str(value).encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root of a Merkle tree over at least one leaf; an odd node is carried up unchanged."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(key: Ed25519PrivateKey) -> str:
    """What the database knows of the key: the SHA-256 of its public half, in hex."""
    public = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return hashlib.sha256(public).hexdigest()


def _say_begun(key: Ed25519PrivateKey) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partners_sealingbegun (key) VALUES (%s) ON CONFLICT DO NOTHING",
            [fingerprint(key)],
        )


def _begun_with() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM partners_sealingbegun")
        return {row[0] for row in cursor.fetchall()}


def _key(directory: Path) -> Ed25519PrivateKey:
    """The signing key, made on first use and readable by its owner only."""
    path = directory / "key.pem"
    if not path.exists():
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(made)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key
