"""Opens and writes sealed 3MF files (Secure Content) with the 3MF Consortium's lib3mf, RSA-OAEP and AES by `cryptography`.

check                                       ends with 0 where both are installed, and prints the version
read FILE KEY.pem CONSUMER                  prints what the file builds, as JSON
write FILE PUBLIC.pem CONSUMER sha1|sha256  writes a tetrahedron for that consumer
"""

import ctypes
import json
import os
import sys
import zipfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lib3mf import Lib3MF, get_wrapper

# The package declares these callbacks with too few arguments; here is what its C header says of both.
CALLBACK = ctypes.CFUNCTYPE(
    None,
    ctypes.c_void_p,
    ctypes.c_uint64,
    ctypes.POINTER(ctypes.c_uint8),
    ctypes.c_uint64,
    ctypes.POINTER(ctypes.c_uint64),
    ctypes.POINTER(ctypes.c_uint8),
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_uint64),
)
RANDOM = ctypes.CFUNCTYPE(None, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint64))
TETRAHEDRON = [(0, 0, 0), (10, 0, 0), (0, 10, 0), (0, 0, 10)]
SIDES = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)]


def borrowed(kind, handle, wrapper):
    """An object of a handle that stays the library's own."""
    thing = kind(ctypes.c_void_p(handle), wrapper)
    wrapper.Acquire(thing)
    return thing


def answering(work):
    """A callback around work(handle, bytes) -> bytes, None for a failure. How long it will be may be asked for first, without a buffer."""
    asked = {}

    def call(handle, in_size, in_buffer, out_size, needed, out_buffer, _, status):
        given = bytes(in_buffer[:in_size]) if in_size else b""
        result = asked.pop(given) if given in asked else work(handle, given)
        status[0] = 0
        if result is None:
            return
        if needed:
            needed[0] = len(result)
        if out_size:
            ctypes.memmove(out_buffer, result, len(result))
        elif in_size:
            asked[given] = result
        status[0] = max(1, len(result))

    return CALLBACK(call)


def oaep(right):
    name = {160: hashes.SHA1, 256: hashes.SHA256}
    return padding.OAEP(
        mgf=padding.MGF1(algorithm=name[int(right.GetMgfAlgorithm())]()),
        algorithm=name[int(right.GetDigestMethod())](),
        label=None,
    )


def unwrapping(key, wrapper):
    def work(handle, given):
        try:
            return key.decrypt(given, oaep(borrowed(Lib3MF.AccessRight, handle, wrapper)))
        except ValueError:
            return None

    return answering(work)


def wrapping(key, wrapper):
    return answering(lambda handle, given: key.encrypt(given, oaep(borrowed(Lib3MF.AccessRight, handle, wrapper))))


def content(wrapper, encrypts):
    """AES-256-GCM over the pieces of each part; an empty piece ends it."""
    running = {}

    def work(handle, given):
        params = borrowed(Lib3MF.ContentEncryptionParams, handle, wrapper)
        part = params.GetDescriptor()
        if part not in running:
            iv = bytes(params.GetInitializationVector())
            mode = modes.GCM(iv) if encrypts else modes.GCM(iv, bytes(params.GetAuthenticationTag()))
            cipher = Cipher(algorithms.AES(bytes(params.GetKey())), mode)
            running[part] = cipher.encryptor() if encrypts else cipher.decryptor()
            running[part].authenticate_additional_data(bytes(params.GetAdditionalAuthenticationData()))
        if given:
            return running[part].update(given)
        try:
            last = running.pop(part)
            rest = last.finalize()
            if encrypts:
                params.SetAuthenticationTag(list(last.tag))
            return rest
        except Exception:
            return None

    return answering(work)


def added(target, consumer, wrap, encrypt):
    target.AddKeyWrappingCallback(consumer, ctypes.cast(wrap, Lib3MF.KeyWrappingCallback), 0)
    target.SetContentEncryptionCallback(ctypes.cast(encrypt, Lib3MF.ContentEncryptionCallback), 0)


def read(wrapper, path, key_path, consumer):
    with open(key_path, "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    model = wrapper.CreateModel()
    reader = model.QueryReader("3mf")
    reader.SetStrictModeActive(True)
    wrap, decrypt = unwrapping(key, wrapper), content(wrapper, False)
    added(reader, consumer, wrap, decrypt)
    try:
        reader.ReadFromFile(path)
    except Lib3MF.ELib3MFException as error:
        return {"refused": str(error)}
    meshes = []
    objects = model.GetMeshObjects()
    while objects.MoveNext():
        mesh = objects.GetCurrentMeshObject()
        meshes.append(
            {
                "name": mesh.GetName(),
                "vertices": [list(v.Coordinates) for v in mesh.GetVertices()],
                "triangles": [list(t.Indices) for t in mesh.GetTriangleIndices()],
            }
        )
    built = []
    items = model.GetBuildItems()
    while items.MoveNext():
        item = items.GetCurrent()
        built.append({"components": item.GetObjectResource().IsComponentsObject()})
    box = model.GetOutbox()
    warnings = [reader.GetWarning(n)[1] for n in range(reader.GetWarningCount())]
    low = list(box.MinCoordinate)
    return {"meshes": meshes, "built": built, "least": low, "warnings": warnings}


def as_zip(path):
    """The same parts in a zip of the first kind: lib3mf writes zip64 only, which our readers refuse from everybody."""
    with zipfile.ZipFile(path) as whole:
        parts = [(name, whole.read(name)) for name in whole.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=False) as file:
        for name, data in parts:
            file.writestr(name, data)


def write(wrapper, path, key_path, consumer, digest):
    with open(key_path, "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    model = wrapper.CreateModel()
    mesh = model.AddMeshObject()
    mesh.SetName("tetrahedron")
    for place in TETRAHEDRON:
        mesh.AddVertex(Lib3MF.Position((ctypes.c_float * 3)(*place)))
    for side in SIDES:
        mesh.AddTriangle(Lib3MF.Triangle((ctypes.c_uint32 * 3)(*side)))
    part = model.FindOrCreatePackagePart("/3D/hidden.model")
    mesh.SetPackagePart(part)
    model.AddBuildItem(mesh, wrapper.GetIdentityTransform())
    store = model.GetKeyStore()
    group = store.AddResourceDataGroup()
    mgf = Lib3MF.MgfAlgorithm.MGF1_SHA1 if digest == "sha1" else Lib3MF.MgfAlgorithm.MGF1_SHA256
    method = Lib3MF.DigestMethod.SHA1 if digest == "sha1" else Lib3MF.DigestMethod.SHA256
    group.AddAccessRight(store.AddConsumer(consumer, "", ""), Lib3MF.WrappingAlgorithm.RSA_OAEP, mgf, method)
    store.AddResourceData(group, part, Lib3MF.EncryptionAlgorithm.AES256_GCM, Lib3MF.Compression.Deflate, list(b"bound"))

    def dice(buffer, size, _, written):
        ctypes.memmove(buffer, os.urandom(size), size)
        written[0] = size

    dicing = RANDOM(dice)
    model.SetRandomNumberCallback(ctypes.cast(dicing, Lib3MF.RandomNumberCallback), 0)
    writer = model.QueryWriter("3mf")
    wrap, encrypt = wrapping(key, wrapper), content(wrapper, True)
    added(writer, consumer, wrap, encrypt)
    writer.WriteToFile(path)
    as_zip(path)
    return {"written": os.path.getsize(path)}


def main(order, *given):
    wrapper = get_wrapper()
    if order == "check":
        return {"version": ".".join(str(n) for n in wrapper.GetLibraryVersion())}
    return {"read": read, "write": write}[order](wrapper, *given)


print(json.dumps(main(*sys.argv[1:])))
