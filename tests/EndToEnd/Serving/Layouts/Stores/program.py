"""The program that makes a store, and requests to it."""
import base64, hashlib, json, os, signal, subprocess, threading, time
import urllib.error, urllib.parse, urllib.request, uuid

USER, PASSWORD = "publisher", "correct-horse"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class Server:
    """The program, running; it may have the clock of three days ago."""

    def __init__(self, program, manifest, data, old):
        environment = dict(os.environ, TZ="UTC")
        if old:
            environment |= {"LD_PRELOAD": FAKETIME, "FAKETIME": "-3d"}
        self.process = subprocess.Popen(
            ["unshare", "--uts", "sh", "-c", 'hostname replica && exec "$0" "$@"', program, "serve", "-f", manifest,
             "--data", data, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True, env=environment)
        for line in self.process.stdout:
            if line.startswith("Listening on "):
                self.url = line.split()[-1].rstrip("/") + "/"
            if line.startswith("Management on "):
                self.management = line.split()[-1].rstrip("/") + "/"
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        until("ready", lambda: self.ask("GET", self.management + "healthz/ready")[0] == 200)

    def ask(self, method, path, body=None, headers={}):
        url = urllib.parse.urljoin(self.url, path)
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        if path.startswith("team"):
            request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def must(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        status, answer = self.ask(method, path, None if body is None else json.dumps(body).encode(), headers)
        assert status < 300, (method, path, status, answer)
        return answer

    def upload(self, file, attestation=None):
        name, content = file
        boundary, sha256 = uuid.uuid4().hex, hashlib.sha256(content).hexdigest()
        project, version = name.removesuffix(".tar.gz").split("-")[:2]
        fields = {":action": "file_upload", "protocol_version": "1", "metadata_version": "2.1", "name": project,
                  "version": version, "filetype": "bdist_wheel" if name.endswith(".whl") else "sdist",
                  "sha256_digest": sha256}
        if attestation:
            fields["attestations"] = json.dumps([attestation])
        part = f"--{boundary}\r\nContent-Disposition: form-data; name="
        body = "".join(f'{part}"{field}"\r\n\r\n{value}\r\n' for field, value in fields.items()).encode()
        body += f'{part}"content"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        body += content + f"\r\n--{boundary}--\r\n".encode()
        status, answer = self.ask("POST", "team/", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        assert status == 200, (name, status, answer)

    def page(self, repository, project):
        status, page = self.ask("GET", f"{repository}/simple/{project}/",
                                headers={"Accept": "application/vnd.pypi.simple.v1+json"})
        assert status == 200, (repository, project, status, page)
        return json.loads(page)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert (status := self.process.wait()) == 0, status


def until(what, condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError(what)
