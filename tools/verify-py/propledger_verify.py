#!/usr/bin/env python3
"""Checks a propledger audit bundle offline: docs/decisions/0002, 0009 and 0011, written anew in Python.

A second opinion. Where this program and propledger-verify disagree about a bundle, one of them is wrong. It goes through
the file line by line, in order, and keeps sums by period and a bit for each reversed event.

Needs Python 3.11 and the package in requirements.txt, for Ed25519.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTACT, USAGE, NOT_VERIFIED = 0, 2, 5
GENESIS = "0" * 64
LARGEST = 2**53 - 1
DEEPEST = 100
LONGEST = 16 * 2**20


class Fault(Exception):
    """The first fault that was found. Position 0 is the first line."""

    def __init__(self, position, name):
        super().__init__(f"@{position} {name}")
        self.position = position
        self.name = name


# --- Canonical JSON (RFC 8785) -----------------------------------------------------------------------------------------

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
SURROGATE = re.compile("[\ud800-\udfff]")


def canonical_text(text):
    if SURROGATE.search(text):
        raise ValueError("a lone surrogate")
    return '"' + TO_ESCAPE.sub(lambda m: ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def canonical_number(number):
    """A number as ECMAScript writes it (Number::toString)."""
    value = float(number)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, exponent = f"{abs(value)!r}", 0
    if "e" in digits:
        digits, power = digits.split("e")
        exponent = int(power)
    whole, _, fraction = digits.partition(".")
    point = len(whole) + exponent
    all_digits = whole + fraction
    leading = len(all_digits) - len(all_digits.lstrip("0"))
    all_digits, point = all_digits.lstrip("0").rstrip("0"), point - leading
    count = len(all_digits)
    if count <= point <= 21:
        return sign + all_digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + all_digits[:point] + "." + all_digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + all_digits
    power = point - 1
    mantissa = all_digits if count == 1 else all_digits[0] + "." + all_digits[1:]
    return f"{sign}{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def canonical(value, levels=DEEPEST):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, int) and -LARGEST <= value <= LARGEST:
        return str(value)
    if isinstance(value, (int, float)):
        return canonical_number(value)
    if levels == 0:
        raise ValueError("nested too deep")
    levels -= 1
    if isinstance(value, list):
        return "[" + ",".join(canonical(member, levels) for member in value) + "]"
    members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{canonical_text(name)}:{canonical(member, levels)}" for name, member in members) + "}"


def no_constant(name):
    raise ValueError(f"JSON has no {name}")


def read_canonical(line):
    """The value of a text that is canonical JSON. ValueError for every other text."""
    try:
        value = json.loads(line, parse_constant=no_constant)
        if canonical(value) != line:
            raise ValueError("not canonical")
    except (RecursionError, OverflowError) as error:
        raise ValueError("not canonical") from error
    return value


# --- Hashes ------------------------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def prefixed(*fields):
    """Four bytes for the length of each field, and its UTF-8; None is the greatest length."""
    parts = []
    for text in fields:
        if text is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            data = text.encode("utf-8")
            parts += (len(data).to_bytes(4, "big"), data)
    return b"".join(parts)


def content_hash(event, body):
    reverses = event["reversesPosition"]
    return sha256(
        prefixed(
            "propledger/content/1",
            event["eventId"],
            event["commandId"],
            event["type"],
            str(event["schemaVersion"]),
            event["effectiveDate"],
            event["accountingPeriod"],
            event["recordedAt"],
            event["actor"],
            event["source"],
            None if reverses is None else str(reverses),
            event["correlationId"],
            event["causationId"],
            body,
        )
    ).hex()


def chain_hash(before, book, position, content):
    return sha256(prefixed("propledger/chain/1", before, book, str(position), content)).hex()


def leaf_hash(topic, book, first, last, chain):
    return sha256(b"\x00" + prefixed("propledger/seal/1", topic, book, str(first), str(last), chain))


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def root_of_inclusion(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2. None where the proof does not fit the place."""
    if index >= size:
        return None
    number, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if number & 1 or number == last:
            root = node_hash(sibling, root)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        number, last = number >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old_size, old_root, size, root, proof):
    """RFC 9162, 2.1.4.2."""
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == sha256(b"")
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old, new = path[0], path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and old == old_root and new == root


# --- Signed notes ------------------------------------------------------------------------------------------------------

# Unicode's White_Space; \s is something else in every language.
NAME = r"[^+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
VERIFIER_KEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]+=*)")
SIGNATURE_LINE = re.compile(rf"— ({NAME}) ([A-Za-z0-9+/]+=*)")
CONTROL_CHARACTER = re.compile(r"[\x00-\x09\x0b-\x1f]")


def decoded(text):
    """Base64 in its one form."""
    data = base64.b64decode(text, validate=True)
    if not data or base64.b64encode(data).decode() != text:
        raise ValueError("not base64")
    return data


class VerifierKey:
    """NAME+KEYID+BASE64(01, public key). ValueError for another text."""

    def __init__(self, text):
        match = VERIFIER_KEY.fullmatch(text)
        if not match:
            raise ValueError("not a verifier key")
        self.name = match[1]
        data = decoded(match[3])
        self.id = sha256(self.name.encode() + b"\n" + data)[:4]
        if len(data) != 33 or data[0] != 1 or self.id.hex() != match[2]:
            raise ValueError("not a verifier key of Ed25519")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])

    def open(self, note):
        """The lines that the note signs. ValueError when it is none, or not signed with this key."""
        body, blank, signatures = note.partition("\n\n")
        if not blank or not signatures.endswith("\n") or CONTROL_CHARACTER.search(note):
            raise ValueError("not a note")
        body += "\n"
        ours = []
        for line in signatures[:-1].split("\n"):
            match = SIGNATURE_LINE.fullmatch(line)
            data = decoded(match[2]) if match else b""
            if len(data) <= 4:
                raise ValueError("not a signature")
            if match[1] == self.name and data[:4] == self.id:
                ours.append(data[4:])
        if len(ours) != 1:
            raise ValueError("not signed once with this key")
        try:
            self.public.verify(ours[0], body.encode())
        except InvalidSignature as error:
            raise ValueError("a wrong signature") from error
        return body[:-1].split("\n")


def number_of(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > LARGEST:
        raise ValueError("not a number")
    return int(text)


def open_checkpoint(note, key):
    """Size and root."""
    lines = key.open(note)
    if len(lines) != 3 or lines[0] != key.name:
        raise ValueError("not a checkpoint of this log")
    root = decoded(lines[2])
    if len(root) != 32:
        raise ValueError("not a root")
    return number_of(lines[1]), root


@dataclass
class Head:
    size: int
    topic: str
    book: str
    position: int
    hash: str


def open_head(note, key):
    lines = key.open(note)
    if len(lines) != 7 or lines[0] != "propledger/book-head/1" or lines[1] != key.name or not is_hash(lines[6]):
        raise ValueError("not the head of a book")
    position = number_of(lines[5])
    if position == 0:
        raise ValueError("no event")
    return Head(number_of(lines[2]), lines[3], lines[4], position, lines[6])


# --- Shapes ------------------------------------------------------------------------------------------------------------


def is_text(value):
    return isinstance(value, str)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def is_hash(value):
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def are_hashes(value):
    return isinstance(value, list) and all(map(is_hash, value))


def or_none(check):
    return lambda value: value is None or check(value)


EVENT = {
    "accountingPeriod": or_none(is_text),
    "actor": is_text,
    "body": lambda value: True,
    "book": is_text,
    "causationId": or_none(is_text),
    "commandId": is_text,
    "contentHash": is_hash,
    "correlationId": is_text,
    "effectiveDate": is_text,
    "eventId": is_text,
    "hash": is_hash,
    "position": is_whole,
    "recordedAt": is_text,
    "reversesPosition": or_none(is_whole),
    "schemaVersion": is_whole,
    "source": is_text,
    "type": is_text,
}
SEAL = {"first": is_whole, "hash": is_hash, "index": is_whole, "last": is_whole, "proof": are_hashes}
HEADER = {
    "book": is_text,
    "checkpoint": is_text,
    "consistency": lambda value: isinstance(value, list) and all(has(one, CONSISTENCY) for one in value),
    "format": lambda value: value == "propledger-bundle/1",
    "head": is_text,
    "key": is_text,
    "topic": lambda value: value in ("registry", "customers", "ledger"),
}
CONSISTENCY = {"proof": are_hashes, "size": is_whole}


def has(value, shape):
    return isinstance(value, dict) and value.keys() == shape.keys() and all(shape[k](value[k]) for k in shape)


# --- Money and periods -------------------------------------------------------------------------------------------------


def fen_of(text):
    """Yuan with two decimals as fen; None for every other value."""
    if not isinstance(text, str) or not re.fullmatch(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{2}", text) or text == "-0.00":
        return None
    return int(text.replace(".", ""))


def is_period(value):
    return isinstance(value, str) and re.fullmatch(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", value) is not None


def moved(period, months):
    number = int(period[:4]) * 12 + int(period[5:]) - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass
class Ledger:
    """What a ledger's events must keep to, one after another."""

    reversed: bytearray = field(default_factory=bytearray)
    sums: dict = field(default_factory=dict)
    first_period: str | None = None
    closed: str | None = None
    closings: int = 0

    def take(self, event):
        position, period, body = event["position"], event["accountingPeriod"], event["body"]
        rows = self.rows_of(body)
        if rows is None:
            raise Fault(position, "not-balanced")
        if isinstance(body, dict) and "lines" in body and not is_period(period):
            raise Fault(position, "not-posted")
        target = event["reversesPosition"]
        if target is not None and not self.reverse(target, position):
            raise Fault(position, "reversed-twice")
        if period is not None:
            if self.closed is not None and period <= self.closed:
                raise Fault(position, "posted-into-closed")
            sums = self.sums.setdefault(period, {})
            for row, fen in rows:
                sums[row] = sums.get(row, 0) + fen
        fault = self.turn(event["type"], body if isinstance(body, dict) else {})
        if fault:
            raise Fault(position, fault)

    @staticmethod
    def rows_of(body):
        """Account and item with their fen, of every line; None where they are no balanced entry."""
        if not isinstance(body, dict) or "lines" not in body:
            return []
        lines, rows = body["lines"], []
        if not isinstance(lines, list):
            return None
        for line in lines:
            if not isinstance(line, dict):
                return None
            account, item, fen = line.get("account"), line.get("item"), fen_of(line.get("amount"))
            if fen is None or not is_text(account) or not (item is None or is_text(item)):
                return None
            rows.append(((account, item), fen))
        return rows if sum(fen for _, fen in rows) == 0 else None

    def reverse(self, target, position):
        if not 1 <= target < position:
            return False
        byte, bit = target >> 3, 1 << (target & 7)
        if byte >= len(self.reversed):
            self.reversed.extend(bytes(byte + 1 - len(self.reversed)))
        if self.reversed[byte] & bit:
            return False
        self.reversed[byte] |= bit
        return True

    def turn(self, kind, body):
        if kind == "book.opened":
            if not is_period(body.get("firstPeriod")):
                return "close-out-of-order"
            if self.closed is not None or any(fen for sums in self.sums.values() for fen in sums.values()):
                return "opened-late"
            self.first_period, self.closed = body["firstPeriod"], None
        elif kind == "period.reopened":
            period = body.get("period")
            if not is_period(period) or period != self.closed:
                return "close-out-of-order"
            if not are_two(body.get("approval")):
                return "reopened-alone"
            self.closed = None if period == self.first_period else moved(period, -1)
        elif kind == "period.closed":
            period = body.get("period")
            due = self.first_period if self.closed is None else moved(self.closed, 1)
            if not is_period(period) or period != due:
                return "close-out-of-order"
            self.closed = period
            self.closings += 1
            return self.trial_balance_fault(period, body)
        return None

    def trial_balance_fault(self, period, body):
        rows, told = body.get("trialBalance"), {}
        if not isinstance(rows, list):
            return "trial-balance-wrong"
        for row in rows:
            if not isinstance(row, dict):
                return "trial-balance-wrong"
            key, fen = (row.get("account"), row.get("item")), fen_of(row.get("amount"))
            if fen is None or not is_text(key[0]) or not (key[1] is None or is_text(key[1])) or key in told:
                return "trial-balance-wrong"
            told[key] = fen
        if told != {key: fen for key, fen in self.sums.get(period, {}).items() if fen}:
            return "trial-balance-wrong"
        digest = sha256(canonical(rows).encode()).hex()
        return None if body.get("trialBalanceHash") == digest else "trial-balance-hash-wrong"


def are_two(approval):
    """Whether an approval names two different people."""
    if not isinstance(approval, dict):
        return False
    asked, approved = approval.get("requestedBy"), approval.get("approvedBy")
    return is_text(asked) and is_text(approved) and "" not in (asked, approved) and asked != approved


# --- The bundle --------------------------------------------------------------------------------------------------------


@dataclass
class Evidence:
    key: str | None
    checkpoints: list
    points: list


class Bundle:
    def __init__(self, evidence):
        self.evidence = evidence
        self.consistent_with = []
        self.ledger = Ledger()
        self.position, self.hash, self.recorded_at = 0, GENESIS, ""
        self.sealed_to = self.seals = 0

    def open(self, raw):
        try:
            if not raw.endswith(b"\n"):
                raise ValueError("no line")
            header = read_canonical(raw[:-1].decode("utf-8"))
            if not has(header, HEADER):
                raise ValueError("not a header")
            sizes = [one["size"] for one in header["consistency"]]
            if sorted(set(sizes)) != sizes:
                raise ValueError("sizes out of order")
        except ValueError as error:
            raise Fault(0, "header-malformed") from error
        if self.evidence.key is not None and self.evidence.key != header["key"]:
            raise Fault(0, "key-mismatch")
        try:
            self.key = VerifierKey(header["key"])
            self.size, self.root = open_checkpoint(header["checkpoint"], self.key)
        except ValueError as error:
            raise Fault(0, "checkpoint-forged") from error
        try:
            self.head = open_head(header["head"], self.key)
        except ValueError as error:
            raise Fault(0, "head-forged") from error
        head = self.head
        if (head.size, head.topic, head.book) != (self.size, header["topic"], header["book"]):
            raise Fault(0, "head-forged")
        self.header = header
        for note in self.evidence.checkpoints:
            self.compare(note)

    def compare(self, note):
        try:
            size, root = open_checkpoint(note, self.key)
        except ValueError as error:
            raise Fault(0, "key-mismatch") from error
        if size > self.size:
            raise Fault(self.head.position + 1, "bundle-older")
        proofs = {one["size"]: one["proof"] for one in self.header["consistency"]}
        proof = [] if size == self.size else proofs.get(size)
        if proof is None:
            raise Fault(1, "consistency-missing")
        if not is_consistent(size, root, self.size, self.root, list(map(bytes.fromhex, proof))):
            raise Fault(1, "consistency-broken")
        self.consistent_with.append(size)

    def take(self, raw):
        is_seal = raw.startswith(b'{"seal":')
        try:
            if not raw.endswith(b"\n"):
                raise ValueError("no line")
            line = raw[:-1].decode("utf-8")
            value = read_canonical(line)
        except ValueError as error:
            raise Fault(self.position + (0 if is_seal else 1), "not-canonical") from error
        if is_seal:
            self.seal(value)
        else:
            self.event(value)

    def event(self, event):
        expected = self.position + 1
        if not has(event, EVENT):
            raise Fault(expected, "not-canonical")
        fault = self.chain_fault(event, expected)
        if fault:
            raise Fault(expected, fault)
        if self.head.topic == "ledger":
            self.ledger.take(event)
        self.position, self.hash, self.recorded_at = expected, event["hash"], event["recordedAt"]

    def chain_fault(self, event, expected):
        if event["book"] != self.head.book:
            return "other-book"
        if event["position"] != expected:
            return "not-dense"
        if expected > self.head.position:
            return "after-end"
        content = content_hash(event, canonical(event["body"]))
        if content != event["contentHash"]:
            return "content-changed"
        chain = event["hash"]
        if chain_hash(self.hash, self.head.book, expected, content) != chain:
            return "chain-broken"
        if expected == self.head.position and chain != self.head.hash:
            return "chain-broken"
        if any(position == expected and known != chain for position, known in self.evidence.points):
            return "chain-broken"
        if event["recordedAt"].encode("utf-16-be") < self.recorded_at.encode("utf-16-be"):
            return "time-reversed"
        return None

    def seal(self, value):
        if not has(value, {"seal": lambda seal: has(seal, SEAL)}):
            raise Fault(self.position, "not-canonical")
        seal = value["seal"]
        first, last = seal["first"], seal["last"]
        if last > self.position:
            raise Fault(self.position + 1, "not-dense")
        if first != self.sealed_to + 1 or first > last or last != self.position or seal["hash"] != self.hash:
            raise Fault(self.position, "seal-broken")
        leaf = leaf_hash(self.head.topic, self.head.book, first, last, seal["hash"])
        path = map(bytes.fromhex, seal["proof"])
        if root_of_inclusion(leaf, seal["index"], self.size, path) != self.root:
            raise Fault(self.position, "not-included")
        self.sealed_to = last
        self.seals += 1

    def end(self):
        if self.position < self.head.position:
            raise Fault(self.position + 1, "end-missing")
        if self.sealed_to < self.position:
            raise Fault(self.sealed_to + 1, "not-sealed")
        if any(position > self.position for position, _ in self.evidence.points):
            raise Fault(self.position + 1, "end-missing")


def verify(path, evidence):
    """What an intact bundle proves, as a dict. Fault for the first fault; OSError when the file can't be read."""
    bundle = Bundle(evidence)
    with open(path, "rb") as file:
        # A longer line comes without its end.
        lines = iter(lambda: file.readline(LONGEST), b"")
        bundle.open(next(lines, b""))
        for raw in lines:
            bundle.take(raw)
        bundle.end()
    return {
        "intact": True,
        "topic": bundle.head.topic,
        "book": bundle.head.book,
        "position": bundle.position,
        "hash": bundle.hash,
        "seals": bundle.seals,
        "closings": bundle.ledger.closings,
        "key": bundle.header["key"],
        "origin": bundle.key.name,
        "size": bundle.size,
        "root": bundle.root.hex(),
        "consistentWith": bundle.consistent_with,
    }


# --- The command line --------------------------------------------------------------------------------------------------


def point_of(text):
    match = re.fullmatch(r"([1-9][0-9]{0,14}):([0-9a-f]{64})", text)
    if not match:
        raise argparse.ArgumentTypeError("POSITION:HASH")
    return int(match[1]), match[2]


def key_of(given):
    """A verifier key, or that in a file. ValueError when it is none."""
    try:
        VerifierKey(given)
    except ValueError:
        given = Path(given).read_text("utf-8-sig").strip()
        VerifierKey(given)
    return given


def checkpoint_of(path):
    """The text of a kept checkpoint. Bytes that are no UTF-8 would be read as U+FFFD, and could pass for it: they are none."""
    try:
        return Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return ""


def main(arguments):
    parser = argparse.ArgumentParser(prog="propledger_verify.py", description=__doc__.split("\n")[0])
    parser.add_argument("bundle")
    parser.add_argument("--key", help="the log's verifier key, or a file with it")
    parser.add_argument("--checkpoint", action="append", default=[], help="a checkpoint kept from earlier")
    parser.add_argument("--known", action="append", default=[], type=point_of, help="POSITION:HASH, written down earlier")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        key = None if asked.key is None else key_of(asked.key)
        checkpoints = [checkpoint_of(path) for path in asked.checkpoint]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return USAGE
    try:
        verdict = verify(asked.bundle, Evidence(key, checkpoints, asked.known))
    except Fault as fault:
        verdict = {"intact": False, "position": fault.position, "fault": fault.name}
    except OSError as error:
        print(error, file=sys.stderr)
        return USAGE
    if asked.json:
        print(json.dumps(verdict))
    elif verdict["intact"]:
        print("账簿完好 the book is intact")
        for name, value in verdict.items():
            print(f"  {name}: {value}")
    else:
        print(f"校验不通过 DOES NOT VERIFY @{verdict['position']} {verdict['fault']}")
    return INTACT if verdict["intact"] else NOT_VERIFIED


if __name__ == "__main__":
    # Not every terminal has Chinese.
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
