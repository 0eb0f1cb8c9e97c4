"""The log of a bundle, what it vouches for, and the trace."""

import base64 as b64
import json
import re

from .evidence_read import (
    Broken,
    Tree,
    anything,
    base64,
    chain_break,
    fields,
    hexed,
    is_count,
    is_hex,
    is_number,
    is_text,
    is_time,
    list_of,
    one_of,
    or_null,
    same,
    sha256,
)

is_role = one_of("intake", "designer", "reviewer", "operator", "auditor", "custodian")
STEP = {
    "stage": is_text,
    "version": is_number,
    "params": anything,
    "inputDigests": list_of(is_hex),
    "outputDigest": is_hex,
}
FORMS = {
    "manifest": fields(
        origin=is_text,
        app=is_hex,
        at=is_time,
        actors=list_of(is_hex),
        recipes=list_of(is_hex),
        traceHead=is_hex,
        sealedHead=is_hex,
        counts=fields(trace=is_count, statements=is_count, audit=is_count, checkpoints=is_count),
        files=list_of(fields(name=is_text, digest=fields(sha256=is_hex), bytes=is_count)),
    ),
    "actor": fields(
        **{"keyId": is_hex, "publicKey": is_text, "role": is_role, "keyStrength": is_text},
        **{"from": is_time, "until": or_null(is_time)},
    ),
    "audit entry": fields(
        **{"seq": is_count, "prev": is_hex, "time": is_time, "count": is_count, "actorKeyId": is_hex},
        **{"role": is_role, "keyStrength": is_text, "code": is_text, "objects": list_of(is_hex), "app": is_hex},
        **{"outcome": one_of("done", "refused", "failed", "denied"), "policy": or_null(is_hex), "model": or_null(is_hex)},
    ),
    "trace entry": fields(
        **{"seq": is_count, "prev": is_hex, "backend": is_text, "adapter": is_text, "ms": is_number, "at": is_text},
        **STEP,
    ),
    "recipe": fields(format=one_of("proofprint-recipe/1"), steps=list_of(fields(**STEP))),
}


def require_form(kind, lines):
    for n, line in enumerate(lines):
        if not FORMS[kind](line.value):
            raise Broken(kind, n, "a field is missing or of another kind")


def require_count(kind, found, wanted):
    if found < wanted:
        raise Broken(kind, found, "it is missing")
    if found > wanted:
        raise Broken(kind, int(wanted), "it was added")


def read_actors(lines, pins):
    """Their lines and keys, by key id."""
    require_form("manifest", [lines["manifest"]])
    require_form("actor", lines["actor"])
    actors = {}
    for n, line in enumerate(lines["actor"]):
        key_id, key = line.value["keyId"], base64(line.value["publicKey"])
        if key is None or len(key) != 32 or hexed(key) != key_id:
            raise Broken("actor", n, "the key is not the one it names")
        before = actors.get(key_id)
        if before and not is_same_key(before, line.value):
            raise Broken("actor", n, "one key has two roles")
        if pins and key_id not in pins:
            raise Broken("actor", n, "the key is not pinned")
        strengths = [*(before["strengths"] if before else []), line.value["keyStrength"]]
        actors[key_id] = {**line.value, "key": key, "strengths": strengths}
    return actors


def is_same_key(before, value):
    """One key may be kept in several ways: a passphrase one day, a passkey another. In all else its lines say the same."""
    is_same = all(before[name] == value[name] for name in ("role", "from", "until"))
    return is_same and value["keyStrength"] not in before["strengths"]


def is_valid_at(actor, time):
    return actor["from"] <= time and (actor["until"] is None or time <= actor["until"])


def check_audit(lines, actors):
    """The log from first to last, and that its last entry is about this manifest."""
    audit, manifest = lines["audit"], lines["manifest"]
    require_form("audit entry", audit)
    at = chain_break(audit)
    if at is not None:
        raise Broken("audit entry", at, "it is not what the log had here")
    last = audit[-1].value if audit else {"code": ""}
    if last["code"] == "bundle" and last["objects"][:1] != [hexed(manifest.text)]:
        raise Broken("manifest", 0, "it is not the one that the log ends with")
    require_count("audit entry", len(audit), manifest.value["counts"]["audit"])
    if last["code"] != "bundle":
        raise Broken("audit entry", len(audit), "the log does not end with this bundle")
    require_count("actor", len(lines["actor"]), len(manifest.value["actors"]))
    for n, line in enumerate(lines["actor"]):
        if hexed(line.text) != manifest.value["actors"][n]:
            raise Broken("actor", n, "it is not the one in the manifest")
    before = None
    for n, entry in enumerate(line.value for line in audit):
        actor = actors.get(entry["actorKeyId"])
        if actor is None:
            raise Broken("audit entry", n, "its actor is not known")
        if actor["role"] != entry["role"] or entry["keyStrength"] not in actor["strengths"]:
            raise Broken("audit entry", n, "its actor has another role or key")
        if not is_valid_at(actor, entry["time"]):
            raise Broken("audit entry", n, "its key was not valid then")
        if before and (entry["time"] < before["time"] or entry["count"] <= before["count"]):
            raise Broken("audit entry", n, "its clock runs behind the entry before")
        before = entry


SIGNATURE = re.compile(r"— ([!-*,-~]+) ([A-Za-z0-9+/=]+)")
SIZE = re.compile(r"0|[1-9][0-9]{0,14}")


def note_of(value):
    """The text of a note and its signatures as (name, four bytes of the key hash, rest); None for no note."""
    split = value.rfind("\n\n")
    if split < 1 or not value.endswith("\n"):
        return None
    signatures = []
    for line in value[split + 2 : -1].split("\n"):
        match = SIGNATURE.fullmatch(line)
        data = base64(match[2]) if match else None
        if data is None or len(data) < 5:
            return None
        signatures.append((match[1], data[:4], data[4:]))
    return value[: split + 1], signatures


def check_checkpoints(lines, actors, ed25519):
    """Every checkpoint against the tree and the keys; the last one covers the whole log."""
    audit, manifest = lines["audit"], lines["manifest"].value
    tree = Tree()
    for n, line in enumerate(lines["checkpoint"]):
        is_one = is_text(line.value) and json.dumps(line.value, ensure_ascii=False) == line.text
        note = note_of(line.value) if is_one else None
        head = note[0][:-1].split("\n") if note else []
        if len(head) < 2 or not SIZE.fullmatch(head[1]) or "" in head[3:]:
            raise Broken("checkpoint", n, "it is no checkpoint")
        if head[0] != manifest["origin"]:
            raise Broken("checkpoint", n, "it is of another log")
        size = int(head[1])
        if size <= tree.size:
            raise Broken("checkpoint", n, "its log is not longer than the one before")
        if size > len(audit):
            raise Broken("checkpoint", n, "its log is longer than the one here")
        while tree.size < size:
            tree.add(audit[tree.size].text)
        if head[2:3] != [b64.b64encode(tree.root()).decode()]:
            raise Broken("checkpoint", n, "its log is not the one here")
        check_signatures(n, note, manifest["origin"], actors, audit[size - 1].value["time"], ed25519)
    require_count("checkpoint", len(lines["checkpoint"]), manifest["counts"]["checkpoints"])
    if tree.size != len(audit):
        raise Broken("checkpoint", len(lines["checkpoint"]), "the last entries have none")


def check_signatures(n, note, origin, actors, time, ed25519):
    """At least one key of an actor signed, none of them wrongly; auditors sign as witnesses, with the time."""
    text, signatures = note
    signed = False
    for name, key_hash, data in signatures:
        for actor in actors.values():
            witness = actor["role"] == "auditor" and name == f"proofprint/witness/{actor['keyId'][:16]}"
            kind = b"\4" if witness else b"\1"
            if not (witness or name == origin) or sha256(f"{name}\n".encode() + kind + actor["key"])[:4] != key_hash:
                continue
            message, signature = text, data
            if witness:
                seconds = int.from_bytes(data[:8], "big") if len(data) == 72 else 0
                message, signature = f"cosignature/v1\ntime {seconds}\n{text}", data[8:]
            if not ed25519.is_signed(actor["key"], message.encode(), signature):
                raise Broken("checkpoint", n, "a signature does not hold")
            if not witness and not is_valid_at(actor, time):
                raise Broken("checkpoint", n, "its key was not valid then")
            signed = signed or not witness
    if not signed:
        raise Broken("checkpoint", n, "nobody known signed it")


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def trace_id(recipe):
    """First 50 bits of the digest."""
    bits = int.from_bytes(sha256(recipe)[:8], "big") >> 14
    letters = "".join(ALPHABET[bits >> 5 * (9 - n) & 31] for n in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def check_trace(lines):
    """The trace, and that each recipe is part of it; gives the recipes by trace id."""
    trace, manifest = lines["trace"], lines["manifest"].value
    require_form("trace entry", trace)
    at = chain_break(trace, manifest["traceHead"])
    if at is not None:
        raise Broken("trace entry", at, "it is not what the trace had here")
    require_count("trace entry", len(trace), manifest["counts"]["trace"])
    if trace and hexed(trace[-1].text) != manifest["traceHead"]:
        raise Broken("trace entry", len(trace) - 1, "it is not what the trace had here")
    require_form("recipe", lines["recipe"])
    require_count("recipe", len(lines["recipe"]), len(manifest["recipes"]))
    by_id = {}
    for n, line in enumerate(lines["recipe"]):
        if hexed(line.text) != manifest["recipes"][n]:
            raise Broken("recipe", n, "it is not the one in the manifest")
        rest = iter(trace)
        for step in line.value["steps"]:
            if not any(all(same(step[name], entry.value[name]) for name in STEP) for entry in rest):
                raise Broken("recipe", n, "a step of it is not in the trace")
        by_id[trace_id(line.text)] = line.value
    return by_id
