"""Reads an evidence bundle as docs/formats.md has it. Python's own library, and the openssl command for Ed25519."""

import base64 as b64
import hashlib
import json
import re
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

FORMAT = "proofprint-evidence/1"
WORDS = ("manifest", "actor", "recipe", "trace", "statement", "audit", "checkpoint")
ZEROS = "0" * 64
NOTHING = object()


class Unreadable(Exception):
    """The bundle is none, or of a format that is not known here."""


class Broken(Exception):
    """The first link that does not hold."""

    def __init__(self, kind, n, why):
        super().__init__(f"broken at {kind} {n}: {why}")


def sha256(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()


def hexed(data):
    return sha256(data).hex()


def _no_number(word):
    raise ValueError(word)


# Nothing in a bundle lies deeper; what does could exhaust who walks through it.
DEEPEST = 64


def is_shallow(value, left=DEEPEST):
    if not isinstance(value, (dict, list)):
        return True
    within = value.values() if isinstance(value, dict) else value
    return left > 0 and all(is_shallow(one, left - 1) for one in within)


def parsed(text):
    """The value of JSON, all numbers as doubles; NOTHING for anything else, and for what lies too deep."""
    try:
        value = json.loads(text, parse_int=float, parse_constant=_no_number)
        return value if is_shallow(value) else NOTHING
    except (ValueError, RecursionError):
        return NOTHING


def parsed_bytes(data):
    try:
        return parsed(data.decode("utf-8"))
    except UnicodeDecodeError:
        return NOTHING


def base64(text):
    """The bytes; None unless this is the one text that base 64 has for them."""
    try:
        data = b64.b64decode(text, validate=True)
        return data if b64.b64encode(data).decode() == text else None
    except (ValueError, TypeError):
        return None


class Line:
    """The JSON of a line, as it stands and as a value."""

    __slots__ = ("text", "value")

    def __init__(self, text):
        self.text = text
        self.value = parsed(text)


def lines_of(data):
    """The lines by their word; 'manifest' is one, the others are lists."""
    try:
        rows = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Unreadable("it is no text") from None
    if len(rows) < 2 or rows.pop() != "":
        raise Unreadable("its last line does not end")
    lines = {word: [] for word in WORDS}
    last = 0
    for n, row in enumerate(rows):
        word, _, rest = row.partition(" ")
        if word not in WORDS or len(word) == len(row):
            raise Unreadable(f"line {n + 1} begins with no word that is known")
        at = WORDS.index(word)
        if at < last or (n == 0) != (at == 0):
            raise Unreadable(f"line {n + 1} stands in the wrong place")
        lines[word].append(Line(rest))
        last = at
    manifest = lines["manifest"][0]
    if not (is_record(manifest.value) and manifest.value.get("format") == FORMAT):
        raise Unreadable("its format is not known here")
    return {**lines, "manifest": manifest}


_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def is_text(value):
    return isinstance(value, str)


def is_hex(value):
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def is_number(value):
    return isinstance(value, float)


def is_count(value):
    return isinstance(value, float) and value.is_integer() and 0 <= value < 2**53


def is_record(value):
    return isinstance(value, dict)


def anything(_value):
    return True


def instant(text):
    return datetime.fromisoformat(text[:-1])


def is_time(value):
    """A time that exists."""
    if not (isinstance(value, str) and _TIME.fullmatch(value)):
        return False
    try:
        instant(value)
        return True
    except ValueError:
        return False


def or_null(guard):
    return lambda value: value is None or guard(value)


def list_of(guard):
    return lambda value: isinstance(value, list) and all(map(guard, value))


def one_of(*values):
    return lambda value: isinstance(value, str) and value in values


def fields(**guards):
    return lambda value: isinstance(value, dict) and all(
        name in value and guard(value[name]) for name, guard in guards.items()
    )


def same(a, b):
    """Whether two JSON values are the same; true is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


class Ed25519:
    """Signatures, by the openssl command; each is tried once, however many bundles hold it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._known = {}

    def is_signed(self, key, message, signature):
        if len(key) != 32 or len(signature) != 64:
            return False
        asked = (key, message, signature)
        if asked not in self._known:
            self._known[asked] = self._ask(*asked)
        return self._known[asked]

    def _ask(self, key, message, signature):
        parts = {"key": bytes.fromhex("302a300506032b6570032100") + key, "message": message, "signature": signature}
        paths = {name: Path(self._folder.name, name) for name in parts}
        for name, data in parts.items():
            paths[name].write_bytes(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
        command += ["-inkey", paths["key"], "-in", paths["message"], "-sigfile", paths["signature"]]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            raise Unreadable("the command openssl is not on this machine") from None


def chain_break(lines, head=None):
    """Where a hash chain breaks, or None. An entry that what follows (or the head) names as it is was not changed: then the one before."""
    before = ZEROS
    for n, line in enumerate(lines):
        if line.value["seq"] != n:
            return n
        digest = hexed(line.text)
        if line.value["prev"] != before:
            named = lines[n + 1].value["prev"] if n + 1 < len(lines) else head
            return n - 1 if named == digest and n > 0 else n
        before = digest
    return None


class Tree:
    """Roots of the tree of RFC 6962 over growing entries: of each height the full subtree that waits for its neighbour."""

    def __init__(self):
        self.size = 0
        self._waiting = {}

    def add(self, entry):
        node, height = sha256(b"\0" + entry.encode()), 0
        while height in self._waiting:
            node = sha256(b"\1" + self._waiting.pop(height) + node)
            height += 1
        self._waiting[height] = node
        self.size += 1

    def root(self):
        root = None
        for height in sorted(self._waiting):
            left = self._waiting[height]
            root = left if root is None else sha256(b"\1" + left + root)
        return sha256(b"") if root is None else root
