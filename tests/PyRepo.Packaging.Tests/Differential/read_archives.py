"""Lists archives as Python does, for ArchiveDifferentialTests.

Reads a file of records (kind, length, bytes), and writes one JSON document for each: what zipfile or tarfile lists, what
an installer extracts, and, for a ZIP, what a program sees that reads it from its beginning. Runs on Python 2.7 and 3.
"""
import binascii
import io
import json
import os
import shutil
import struct
import sys
import tarfile
import tempfile
import warnings
import zipfile
import zlib

warnings.simplefilter("error" if sys.version_info >= (3, 12) else "ignore")
warnings.filterwarnings("ignore", category=DeprecationWarning)


def hexed(name):
    raw = name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")
    return binascii.hexlify(raw).decode("ascii")


def summed(data):
    return [len(data), zlib.crc32(data) & 0xFFFFFFFF]


def list_zip(archive):
    members = []
    for info in archive.infolist():
        data = archive.read(info)
        if archive.read(info.filename) != data:
            raise ValueError("two members have the name %r" % info.filename)
        members.append(["file", hexed(info.filename)] + summed(data) + [""])
    return members


def stream_zip(data):
    members, start = [], 0
    while data[start:start + 4] == b"PK\x03\x04":
        fields = struct.unpack("<4s5H3L2H", data[start:start + 30])
        flags, method, packed, size, name, extra = (fields[i] for i in (2, 3, 7, 8, 9, 10))
        body = start + 30 + name + extra
        if packed == 0xFFFFFFFF or size == 0xFFFFFFFF:
            return None
        content = data[body:body + packed]
        if method and content:
            inflater = zlib.decompressobj(-15)
            content = inflater.decompress(content) + inflater.flush()
            if inflater.unused_data or (sys.version_info >= (3,) and not inflater.eof):
                raise ValueError("a deflate stream has another end")
        if len(content) != size:
            raise ValueError("a member has another size")
        members.append(["file", hexed(data[start + 30:start + 30 + name])] + summed(content) + [""])
        start = body + packed
    if data[start:start + 4] not in (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"):
        raise ValueError("something is between the members")
    return members


def list_tar(archive):
    members = []
    for member in archive:
        kind = ("directory" if member.isdir() else "symlink" if member.issym() else "link" if member.islnk()
                else "file" if member.isreg() else "other")
        content = archive.extractfile(member).read() if kind == "file" else b""
        members.append([kind, hexed(member.name)] + summed(content)
                       + [hexed(member.linkname) if kind in ("symlink", "link") else ""])
    return members


def below_top(path):
    return path.lstrip("/").partition("/")[2]


def extract_tar(archive, folder):
    """Like pip: without the top-level directory, and with the data filter where Python has it."""
    members = []
    for member in archive.getmembers():
        while member.name.startswith("./"):
            member.name = member.name[2:]
        member.name = below_top(os.path.normpath(member.name))
        if member.islnk():
            member.linkname = below_top(os.path.normpath(member.linkname))
        if member.name:
            members.append(member)
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, members=members, filter=lambda member, path: tarfile.data_filter(member, path))
        return
    for member in members:
        archive.extract(member, folder)


def tree(folder):
    paths = []
    for place, folders, files in os.walk(folder.encode("utf-8")):
        for name in files + folders:
            path = os.path.join(place, name)
            if os.path.islink(path):
                if not os.path.realpath(path).startswith(os.path.realpath(folder.encode("utf-8"))):
                    raise ValueError("the link %r leads outside" % path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    paths.append([hexed(os.path.relpath(path, folder.encode("utf-8")))] + summed(file.read()))
    return sorted(paths)


def read(kind, data, folder):
    if kind == b"z":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = list_zip(archive)
            archive.extractall(folder)
        return {"members": members, "streamed": stream_zip(data), "tree": tree(folder)}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        members = list_tar(archive)
        extract_tar(archive, folder)
    return {"members": members, "streamed": None, "tree": tree(folder)}


def main():
    with open(sys.argv[1], "rb") as file:
        while True:
            header = file.read(5)
            if len(header) < 5:
                return
            data = file.read(struct.unpack("<L", header[1:])[0])
            folder = tempfile.mkdtemp()
            try:
                answer = read(header[:1], data, folder)
            except Exception as error:
                answer = {"error": "%s: %s" % (type(error).__name__, error)}
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            sys.stdout.write(json.dumps(answer) + "\n")


main()
