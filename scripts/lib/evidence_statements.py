"""What was said and signed: that it is in the log, by whom it was signed, and what it rests on."""

import json

from .evidence_log import is_valid_at, require_count
from .evidence_read import (
    Broken,
    base64,
    fields,
    hexed,
    is_hex,
    is_record,
    is_text,
    is_time,
    list_of,
    one_of,
    or_null,
    parsed_bytes,
    same,
)
from .evidence_rules import Rules

PAYLOAD_TYPE = "application/vnd.in-toto+json"
SVR = "https://in-toto.io/attestation/svr/v0.2"
# Predicate type and who may say it. Under teaching the designer says all but an approval.
KINDS = {
    "stage": ("urn:proofprint:stage/1", ("intake", "designer")),
    "model-run": ("urn:proofprint:model-run/1", ("designer",)),
    "findings": ("https://in-toto.io/attestation/test-result/v0.1", ("designer",)),
    "approval": (SVR, ("reviewer",)),
    "release": (SVR, ("operator", "designer")),
    "receipt": ("urn:proofprint:receipt/1", ("operator", "designer")),
    "acceptance": ("urn:proofprint:acceptance/1", ("operator", "designer")),
    "written": ("urn:proofprint:written/1", ("operator",)),
    "replay": ("urn:proofprint:replay/1", ("designer",)),
}
# Kinds that stand for one entry of the trace each.
TRACED = ("stage", "model-run", "findings")


is_envelope = fields(
    payloadType=one_of(PAYLOAD_TYPE),
    payload=is_text,
    signatures=list_of(fields(keyid=is_text, sig=is_text)),
)
is_said = fields(
    **{"kind": one_of(*KINDS), "at": is_time, "keyId": is_hex, "role": is_text, "keyStrength": is_text},
    **{"policy": or_null(is_hex), "materials": list_of(is_hex)},
)
is_statement = fields(
    _type=one_of("https://in-toto.io/Statement/v1"),
    subject=list_of(fields(name=is_text, digest=fields(sha256=is_hex))),
    predicateType=is_text,
    predicate=fields(proofprint=is_said),
)
is_traced = fields(entry=is_hex, sources=list_of(is_hex), stage=is_text)


class Statement:
    def __init__(self, digest, value):
        self.digest = digest
        self.predicate = value["predicate"]
        self.said = self.predicate["proofprint"]
        self.kind = self.said["kind"]
        self.subjects = [subject["digest"]["sha256"] for subject in value["subject"]]


def check_statements(lines, actors, recipes, ed25519):
    """Checks all statements; gives the rules with what they saw."""
    logged = [line.value for line in lines["audit"] if line.value["code"].startswith("statement/")]
    trace = lines["trace"]
    rules = Rules(recipes)
    traced = 0
    for n, line in enumerate(lines["statement"]):
        statement = opened(n, line, logged[n] if n < len(logged) else None, actors, ed25519)
        sources = []
        if statement.kind in TRACED:
            require_traced(n, statement, trace[traced] if traced < len(trace) else None)
            sources = statement.said["sources"]
            traced += 1
        for digest in statement.said["materials"]:
            if digest not in rules.subjects and digest not in sources:
                raise Broken("statement", n, "it rests on something that no statement before it is about")
        why = rules.take(statement)
        if why:
            raise Broken("statement", n, why)
    require_count("statement", len(lines["statement"]), lines["manifest"].value["counts"]["statements"])
    require_count("statement", len(lines["statement"]), len(logged))
    if traced < len(trace):
        raise Broken("trace entry", traced, "no statement is about it")
    return rules


def canonical(envelope):
    """The one text that an envelope has: nothing can stand in it that nobody signed."""
    signatures = [{name: one[name] for name in ("keyid", "sig")} for one in envelope["signatures"]]
    known = {"payload": envelope["payload"], "payloadType": envelope["payloadType"], "signatures": signatures}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def opened(n, line, entry, actors, ed25519):
    """The statement in an envelope, after its place in the log and its signatures."""
    envelope = line.value
    is_one = is_envelope(envelope) and canonical(envelope) == line.text
    payload = base64(envelope["payload"]) if is_one else None
    if payload is None:
        raise Broken("statement", n, "it is no signed statement")
    digest = hexed(payload)
    if entry is None or entry["objects"][:1] != [digest]:
        raise Broken("statement", n, "it is not the one that the log has here")
    # DSSE 1.0.2: type and payload with their lengths.
    message = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} ".encode() + payload
    for signature in envelope["signatures"]:
        if signature["keyid"] not in actors:
            raise Broken("statement", n, "somebody unknown signed it")
        if not ed25519.is_signed(actors[signature["keyid"]]["key"], message, base64(signature["sig"]) or b""):
            raise Broken("statement", n, "a signature does not hold")
    value = parsed_bytes(payload)
    if not is_statement(value):
        raise Broken("statement", n, "it is no statement of a known form")
    statement = Statement(digest, value)
    said = statement.said
    if said["keyId"] not in [signature["keyid"] for signature in envelope["signatures"]]:
        raise Broken("statement", n, "who says it did not sign it")
    predicate_type, roles = KINDS[statement.kind]
    if value["predicateType"] != predicate_type:
        raise Broken("statement", n, "it is no statement of a known form")
    actor = actors[said["keyId"]]
    if actor["role"] != said["role"] or said["keyStrength"] not in actor["strengths"]:
        raise Broken("statement", n, "its actor has another role or key")
    if not is_valid_at(actor, said["at"]):
        raise Broken("statement", n, "its key was not valid then")
    if said["role"] not in roles:
        raise Broken("statement", n, "its actor may not say this")
    wanted = [f"statement/{statement.kind}", "done", said["keyId"], said["at"], said["policy"]]
    if [entry[name] for name in ("code", "outcome", "actorKeyId", "time", "policy")] != wanted:
        raise Broken("statement", n, "the log says something else of it")
    model = said.get("model")
    if statement.kind == "model-run" and entry["model"] != (model.get("sha256") if is_record(model) else None):
        raise Broken("statement", n, "the log says something else of it")
    return statement


def require_traced(n, statement, line):
    """A statement of a step is about the next entry of the trace, as it stands there."""
    said = statement.said
    if is_traced(said) and line is not None and hexed(line.text) == said["entry"]:
        entry = line.value
        is_same = all(same(entry[name], said.get(name)) for name in ("stage", "seq", "version"))
        if is_same and entry["inputDigests"] == said["materials"] and entry["outputDigest"] in statement.subjects:
            return
    raise Broken("statement", n, "it is not about the next entry of the trace")
