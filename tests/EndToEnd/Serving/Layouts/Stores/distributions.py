"""Small distributions, the same each time, and attestations of them."""
import base64, gzip, hashlib, io, json, tarfile, zipfile


def wheel(name, version, content="", tag="py3-none-any"):
    info, out = f"{name}-{version}.dist-info", io.BytesIO()
    files = {
        f"{name}/__init__.py": f"# {content}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name.title()}\nVersion: {version}\n"
                            f"Summary: The library {name}\nRequires-Python: >=3.8\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: make\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return f"{name}-{version}-{tag}.whl", out.getvalue()


def sdist(name, version):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for path, text in (("PKG-INFO", f"Metadata-Version: 2.2\nName: {name}\nVersion: {version}\n"),
                           ("pyproject.toml", "[build-system]\nrequires = []\n")):
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return f"{name}-{version}.tar.gz", out.getvalue()


def attestation(name, content):
    encode = lambda text: base64.b64encode(text.encode()).decode()
    statement = {"_type": "https://in-toto.io/Statement/v1", "predicate": None,
                 "subject": [{"name": name, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}],
                 "predicateType": "https://docs.pypi.org/attestations/publish/v1"}
    return {"version": 1, "envelope": {"statement": encode(json.dumps(statement)), "signature": encode("a signature")},
            "verification_material": {
                "certificate": encode("a certificate"), "transparency_entries": [{"logIndex": "1"}]}}
