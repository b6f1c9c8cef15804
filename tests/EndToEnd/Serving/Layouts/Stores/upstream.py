"""The index behind the proxy."""
import hashlib, http.server, json

from distributions import wheel


class Upstream(http.server.BaseHTTPRequestHandler):
    """The index behind the proxy: one project of two files, of which one is fetched."""

    files = dict([wheel("remote", "1.0"), wheel("remote", "2.0")])
    pages = {
        "/simple/": {"meta": {"api-version": "1.0"}, "projects": [{"name": "remote"}]},
        "/simple/remote/": {
            "meta": {"api-version": "1.1"}, "name": "remote", "versions": ["1.0", "2.0"],
            "files": [{"filename": f, "url": f"http://127.0.0.1:1/files/{f}", "size": len(c),
                       "hashes": {"sha256": hashlib.sha256(c).hexdigest()}, "upload-time": "2026-01-02T03:04:05Z"}
                      for f, c in files.items()]},
    }

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        content, media = self.files.get(name), "application/octet-stream"
        if self.path in self.pages:
            content, media = json.dumps(self.pages[self.path]).encode(), "application/vnd.pypi.simple.v1+json"
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass
