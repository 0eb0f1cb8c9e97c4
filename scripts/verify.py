"""Checks an evidence bundle offline, with Python's own library and the openssl command; verify.mjs does the same on its own.

python3 scripts/verify.py BUNDLE [FILE...] [--pin KEYID]...
python3 scripts/verify.py --each BUNDLE... [--pin KEYID]...

BUNDLE       an evidence bundle (docs/formats.md)
FILE         a file that must be one of those released in it
--each       every argument is a bundle; one verdict each
--pin KEYID  the only keys that may have signed, by SHA-256; without it the bundle's own list is believed

Exit code 0: everything holds. 1: something is broken; the first link is named, counted from 0. 2: no bundle, or not readable."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True

from lib.evidence_log import check_audit, check_checkpoints, check_trace, read_actors  # noqa: E402
from lib.evidence_read import Broken, Ed25519, Unreadable, hexed, lines_of  # noqa: E402
from lib.evidence_statements import check_statements  # noqa: E402

def verify(data, digests, pins, ed25519):
    """What holds, in lines; raises Broken or Unreadable."""
    lines = lines_of(data)
    actors = read_actors(lines, pins)
    check_audit(lines, actors)
    check_checkpoints(lines, actors, ed25519)
    ways = check_statements(lines, actors, check_trace(lines), ed25519).ways()
    released = {digest for release, *_ in ways for digest in release.subjects}
    if any(file["digest"]["sha256"] not in released for file in lines["manifest"].value["files"]):
        raise Broken("manifest", 0, "it lists a file that was not released")
    for n, digest in enumerate(digests):
        if digest not in released:
            raise Broken("file", n, "it is not one that was released")
    trust = "pinned" if pins else "not pinned"
    return [
        f"trace entries {len(lines['trace'])}, statements {len(lines['statement'])}, audit entries {len(lines['audit'])}, "
        f"checkpoints {len(lines['checkpoint'])}, files compared {len(digests)}",
        *(way_line(*way) for way in ways),
        *(f"{one['role']} {one['keyId']} {one['keyStrength']} {trust}" for one in actors.values()),
    ]


def way_line(release, scans, prints, accepted):
    approval = "approved" if release.said["approval"] else "not approved: teaching"
    counted = f"printed {prints}, accepted {accepted}"
    files = f"files {' '.join(release.subjects)}, scans {' '.join(scans)}"
    return f"release {release.said['traceId']} {approval}, {counted}, {files}"


def read(path):
    try:
        return Path(path).read_bytes()
    except OSError:
        raise Unreadable(f"{Path(path).name} cannot be read") from None


def judge(path, files, pins, ed25519):
    """Verdict of one bundle, printed."""
    name = Path(path).name
    try:
        data = read(path)
        held = verify(data, [hexed(read(file)) for file in files], pins, ed25519)
        print("\n".join([f"{name}: holds", *(f"  {line}" for line in held)]))
        return 0
    except Broken as broken:
        print(f"{name}: {broken}")
        return 1
    except Unreadable as unreadable:
        print(f"{name}: unreadable: {unreadable}")
        return 2


def main(args):
    pins, paths = [], []
    given = iter(args)
    for arg in given:
        if arg == "--pin":
            pins.append(next(given, ""))
        elif arg != "--each":
            paths.append(arg)
    if not paths or any(path.startswith("--") for path in paths):
        print(__doc__)
        return 0 if "--help" in args else 2
    ed25519 = Ed25519()
    if "--each" in args:
        return max(judge(path, [], pins, ed25519) for path in paths)
    return judge(paths[0], paths[1:], pins, ed25519)


sys.exit(main(sys.argv[1:]))
