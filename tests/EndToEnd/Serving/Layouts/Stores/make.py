#!/usr/bin/env python3
"""Makes the folder or the bucket that a program leaves, and a list of what it served.

make.py PROGRAM NAME OUT [ENDPOINT KEY SECRET]

With an endpoint of an S3 service, it is a bucket, else a folder. OUT/NAME.tar.gz is the store, OUT/NAME.json the list.
"""
import hashlib, http.server, io, json, os, re, subprocess, sys, tarfile, tempfile, threading
import urllib.parse, uuid

from distributions import attestation, sdist, wheel
from program import Server, until
from upstream import Upstream

PROGRAM, NAME, OUT, *BUCKET = sys.argv[1:]
MANIFEST = """\
apiVersion: v1
kind: Secret
metadata: { name: users }
stringData: { username: publisher, password: correct-horse }
---
apiVersion: pyrepo.dev/v1alpha1
kind: PythonRepository
metadata: { name: team }
spec: { uploads: { overwrite: Always }, access: { usersSecretRef: { name: users } }%s }
---
apiVersion: pyrepo.dev/v1alpha1
kind: ProxyRepository
metadata: { name: cache }
spec: { upstream: { url: "http://127.0.0.1:1/simple/" }%s }
"""
STORAGE = """, storage: { bucket: { name: %s, create: %s, prefix: %s, endpoint: "%s", region: us-east-1,
  credentialsSecretRef: { name: s3 } } }"""
KEYS = """---
apiVersion: v1
kind: Secret
metadata: { name: s3 }
stringData: { AWS_ACCESS_KEY_ID: "%s", AWS_SECRET_ACCESS_KEY: "%s" }
"""


def fill(server, put):
    """Does all that the program can do. Returns what else a list of it says."""
    more = {"gone": ["demo-0.9-py3-none-any.whl"], "statuses": {}, "tokens": [], "provenance": {}}
    for file in (wheel("demo", "0.9"), wheel("demo", "1.0"), sdist("demo", "1.0"), wheel("demo", "2.0"),
                 wheel("demo", "2.0", "replaced"), wheel("retired", "1.0")):
        server.upload(file)
    server.must("DELETE", "team/api/v1/projects/demo/files/demo-0.9-py3-none-any.whl")
    name, content = wheel("adopted", "1.0")
    put(f"packages/from/elsewhere/{name}", content)
    until("adopted", lambda: server.ask("GET", "team/simple/adopted/")[0] == 200)
    if server.ask("GET", "team/api/v1/tokens")[0] == 200:
        server.must("PUT", "team/api/v1/projects/demo/releases/1.0/yank", {"reason": "broken on Tuesdays"})
        server.must("PUT", "team/api/v1/projects/retired/status", {"status": "archived", "reason": "use demo"})
        more["statuses"]["retired"] = "archived"
        token = {"name": "ci", "role": "Publisher", "expiresIn": "366d"}
        more["tokens"].append(json.loads(server.must("POST", "team/api/v1/tokens", token)))
        name, content = wheel("signed", "1.0")
        server.upload((name, content), attestation(name, content))
        if BUCKET:
            for i in range(40):
                server.upload(wheel("long", "1.0", tag=f"py3-none-plat{i}"))
            for i in range(170):
                server.must("PUT", "team/api/v1/projects/long/releases/1.0/yank", {"reason": f"{i} " + "x" * 500})
    fetched = next(f for f in server.page("cache", "remote")["files"] if f["filename"].startswith("remote-1.0"))
    server.must("GET", urllib.parse.urljoin(server.url + "cache/simple/remote/", fetched["url"]))
    return more


def served(server):
    """The files that it serves, and their attestations."""
    files, provenance = [], {}
    for repository in ("team", "cache"):
        for project in ("adopted", "demo", "long", "remote", "retired", "signed"):
            if server.ask("GET", f"{repository}/simple/{project}/")[0] != 200:
                continue
            for file in server.page(repository, project)["files"]:
                base = f"{server.url}{repository}/simple/{project}/"
                if file["filename"] != "remote-2.0-py3-none-any.whl":
                    content = server.must("GET", urllib.parse.urljoin(base, file["url"]))
                    assert hashlib.sha256(content).hexdigest() == file["hashes"]["sha256"]
                if file.get("provenance"):
                    provenance[file["filename"]] = json.loads(server.must("GET", file["provenance"]))
                files.append({"repository": repository, "project": project} | {
                    key: file.get(key) for key in
                    ("filename", "size", "upload-time", "requires-python", "core-metadata", "yanked")} | {
                    "sha256": file["hashes"]["sha256"], "fetched": file["filename"] != "remote-2.0-py3-none-any.whl"})
    return files, provenance


def bucket_request(path, *more):
    endpoint, key, secret = BUCKET
    command = ["curl", "-sS", "--fail", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", f"{key}:{secret}"]
    return subprocess.run([*command, *more, f"{endpoint}/{path}"], check=True, capture_output=True).stdout


def main():
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 1), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    bucket = f"layout-{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        data, manifest = os.path.join(folder, "data"), os.path.join(folder, "manifest.yaml")
        os.mkdir(data)
        storage = [
            STORAGE % (bucket, "true" if name == "team" else "false", name, BUCKET[0]) if BUCKET else ""
            for name in ("team", "cache")]
        with open(manifest, "w") as file:
            file.write(MANIFEST % tuple(storage) + (KEYS % tuple(BUCKET[1:]) if BUCKET else ""))

        def put(key, content):
            path = os.path.join(folder, "file") if BUCKET else os.path.join(data, "team", key)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
            if BUCKET:
                bucket_request(f"{bucket}/team/{key}", "-T", path)

        server = Server(PROGRAM, manifest, data, old=not BUCKET)
        more = fill(server, put)
        server.stop()
        server = Server(PROGRAM, manifest, data, old=not BUCKET)
        files, more["provenance"] = served(server)
        server.stop()
        with tarfile.open(f"{OUT}/{NAME}.tar.gz", "w:gz", compresslevel=9) as archive:
            for key, content in sorted(stored(data, bucket)):
                member = tarfile.TarInfo(key)
                member.size, member.mtime = len(content[0]), content[1]
                archive.addfile(member, io.BytesIO(content[0]))
    with open(f"{OUT}/{NAME}.json", "w") as file:
        json.dump({"files": files} | more, file, indent=1)
        file.write("\n")


def stored(data, bucket):
    """The keys of all files, with their bytes and times."""
    if BUCKET:
        for key in re.findall("<Key>([^<]*)</Key>", bucket_request(f"{bucket}?list-type=2&max-keys=1000").decode()):
            yield key, (bucket_request(f"{bucket}/{urllib.parse.quote(key)}"), 0)
        return
    for repository in ("team", "cache"):
        for folder, _, names in os.walk(os.path.join(data, repository)):
            for path in (os.path.join(folder, name) for name in names if not name.startswith(".lock")):
                with open(path, "rb") as file:
                    yield os.path.relpath(path, data), (file.read(), os.stat(path).st_mtime)


main()
