"""What an approval, a release and a print rest on. Each rule gives a sentence when it does not hold."""

from datetime import timedelta

from .evidence_read import anything, fields, instant, is_count, is_hex, is_text, is_time, list_of, one_of, or_null

OTHER_FORM = "a field is missing or of another kind"
OTHER_ROLE = "its actor may not say this"
REVISED = {"policyId": one_of("teaching", "communication", "planning"), "revision": is_count}
is_tests = fields(
    result=one_of("PASSED", "WARNED", "FAILED"),
    passedTests=list_of(is_text),
    warnedTests=list_of(is_text),
    failedTests=list_of(is_text),
)
FORMS = {
    "stage": anything,
    "model-run": fields(model=fields(id=is_text, version=is_text, sha256=is_hex)),
    "findings": fields(**REVISED, hard=list_of(is_text)),
    "approval": fields(**REVISED, accepted=list_of(is_text), models=list_of(is_hex), expiresAt=is_time),
    "release": fields(
        **{**REVISED, "approval": or_null(is_hex), "accepted": list_of(is_text), "recipient": or_null(is_hex)},
        **{"nonce": is_hex, "expiresAt": is_time, "traceId": is_text, "reprintOf": or_null(is_hex)},
    ),
    "receipt": fields(release=is_hex, nonce=is_hex, recipient=or_null(is_hex), printer=is_text, material=is_text),
    "written": anything,
    "replay": anything,
    "acceptance": fields(receipt=is_hex, decision=one_of("accept", "reprint", "stop"), reasons=list_of(is_text)),
}


class Rules:
    def __init__(self, recipes):
        # Digests that a statement so far is about.
        self.subjects = set()
        self._recipes = recipes
        self._all = []
        self._nonces = set()
        # Digests of releases that were printed, and of acceptances that a reprint followed.
        self._used = set()

    def take(self, statement):
        """Takes up the next statement; a sentence when it breaks a rule."""
        kind, said = statement.kind, statement.said
        if not FORMS[kind](said):
            return OTHER_FORM
        rule = getattr(self, f"_{kind}", None)
        why = rule(statement) if rule else None
        if why:
            return why
        self.subjects.update(statement.subjects)
        self._all.append(statement)
        return None

    def _of(self, kind):
        return [one for one in self._all if one.kind == kind]

    def _named(self, kind, digest):
        return next((one for one in self._of(kind) if one.digest == digest), None)

    def _findings(self, statement):
        tests = statement.predicate
        if not is_tests(tests):
            return OTHER_FORM
        worst = "FAILED" if tests["failedTests"] else "WARNED" if tests["warnedTests"] else "PASSED"
        if tests["result"] != worst:
            return "its result is not that of its tests"
        revision = statement.said["revision"]
        later = any(one.said["revision"] > revision for one in self._of("findings"))
        return "a later revision was checked before" if later else None

    def _checked(self, digests, said):
        """What was checked and is meant by these digests, whole and of this revision; and why not."""
        wanted = set(digests)
        meant = [
            one
            for one in self._of("findings")
            if one.said["revision"] == said["revision"] and wanted.intersection(one.subjects)
        ]
        if not wanted or wanted != {digest for one in meant for digest in one.subjects}:
            return [], "it is not about what was checked"
        if any((one.said["policy"], one.said["policyId"]) != (said["policy"], said["policyId"]) for one in meant):
            return [], "it was checked under another policy"
        if any(one.said["revision"] > said["revision"] for one in self._of("findings")):
            return [], "a later revision supersedes it"
        return meant, None

    def _approval(self, statement):
        said = statement.said
        if set(statement.subjects) != set(said["materials"]):
            return "it is not about what was checked"
        if said["expiresAt"] <= said["at"]:
            return "it ran out before it began"
        checked, why = self._checked(statement.subjects, said)
        return why or unaccepted(checked, said["accepted"])

    def _release(self, statement):
        said = statement.said
        if said["nonce"] in self._nonces:
            return "its nonce was used before"
        lasts = instant(said["expiresAt"]) - instant(said["at"])
        if not timedelta(0) < lasts <= timedelta(days=30):
            return "it lasts longer than 30 days, or not at all"
        checked, why = self._checked(said["materials"], said)
        why = why or (unaccepted(checked, said["accepted"]) if is_taught(said) else self._approved(said))
        if why:
            return why
        if not statement.subjects or not all(self._is_written_from(one, said["materials"]) for one in statement.subjects):
            return "a file was not written from what was checked"
        steps = self._recipes.get(said["traceId"], {"steps": []})["steps"]
        made = {digest for step in steps for digest in [*step["inputDigests"], step["outputDigest"]]}
        if not made.issuperset(said["materials"]):
            return "its trace id is of another recipe"
        if said["reprintOf"] is not None:
            asked = self._named("acceptance", said["reprintOf"])
            if asked is None or asked.said["decision"] != "reprint" or said["reprintOf"] in self._used:
                return "nobody asked for this reprint"
            self._used.add(said["reprintOf"])
        self._nonces.add(said["nonce"])
        return None

    def _approved(self, said):
        if said["role"] != "operator":
            return OTHER_ROLE
        approval = self._named("approval", said["approval"])
        if approval is None:
            return "no approval is before it"
        if self._of("approval")[-1] is not approval:
            return "a later approval supersedes it"
        given = approval.said
        if any(given[name] != said[name] for name in ("revision", "policy", "policyId")) or set(
            given["materials"]
        ) != set(said["materials"]):
            return "the approval is for something else"
        if said["at"] > given["expiresAt"]:
            return "the approval had run out"
        runs = [one for one in self._behind(said["materials"]) if one.kind == "model-run"]
        if any(one.said["model"]["sha256"] not in given["models"] for one in runs):
            return "a network marked it that was not approved"
        return None

    def _behind(self, digests):
        """Steps that these digests come from, newest first."""
        behind, found = set(digests), []
        for one in reversed(self._all):
            if not behind.isdisjoint(one.subjects):
                behind.update(one.said["materials"])
                found.append(one)
        return found

    def ways(self):
        """Each release with the scans it comes from, and how often it was printed and accepted."""
        found = []
        for release in self._of("release"):
            steps = self._behind(release.said["materials"])
            scans = [digest for one in steps if not one.said["materials"] for digest in one.subjects]
            prints = {one.digest for one in self._of("receipt") if one.said["release"] == release.digest}
            judged = [one.said["decision"] for one in self._of("acceptance") if one.said["receipt"] in prints]
            found.append((release, scans, len(prints), judged.count("accept")))
        return found

    def _is_written_from(self, file, materials):
        return any(
            file in one.subjects and one.said["materials"] and set(one.said["materials"]).issubset(materials)
            for one in self._of("stage") + self._of("written")
        )

    def _receipt(self, statement):
        said = statement.said
        release = self._named("release", said["release"])
        if release is None:
            return "no release is before it"
        if said["role"] != "operator" and not is_taught(release.said):
            return OTHER_ROLE
        if said["release"] in self._used or said["nonce"] != release.said["nonce"]:
            return "the release was used before"
        if said["recipient"] != release.said["recipient"]:
            return "it was released for somebody else"
        if said["at"] > release.said["expiresAt"]:
            return "the release had run out"
        if not said["materials"] or not set(said["materials"]).issubset(release.subjects):
            return "another file was printed"
        self._used.add(said["release"])
        return None

    def _acceptance(self, statement):
        said = statement.said
        receipt = self._named("receipt", said["receipt"])
        if receipt is None or set(statement.subjects) != set(receipt.subjects):
            return "it is about another print"
        if said["role"] != receipt.said["role"]:
            return OTHER_ROLE
        return "it gives no reason" if said["decision"] != "accept" and not said["reasons"] else None


def unaccepted(checked, accepted):
    """Failing checks must be accepted by name, and a hard one cannot be."""
    if any(one.said["hard"] for one in checked):
        return "a check failed that nobody may accept"
    failed = {name for one in checked for name in one.predicate["failedTests"]}
    return None if failed.issubset(accepted) else "a check failed that was not accepted"


def is_taught(said):
    """Under teaching a release may rest on no approval, and says so."""
    return said["policyId"] == "teaching" and said["approval"] is None
