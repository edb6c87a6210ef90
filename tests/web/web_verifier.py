"""A Chromium that verifies: static files served on localhost under the policy of our pages, and cases beside them."""

import mimetypes
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import declaration.web

STATIC = Path(declaration.web.__file__).parent / "static"
POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'"),
        *("connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
        *("require-trusted-types-for 'script'", "trusted-types 'none'"),
    )
)
MODULES = {
    "bytes": "bytes.js",
    "canonical": "canonical.js",
    "der": "der.js",
    "examination": "verify/examination.js",
    "trust": "verify/trust.js",
    "pdf": "verify/pdf.js",
    "edition": "verify/edition.js",
    "document": "verify/document.js",
    "record": "verify/record.js",
    "bundle": "verify/bundle.js",
    "bundleForm": "verify/bundle-form.js",
    "md5": "verify/md5.js",
    "choosing": "verify/choosing.js",
}
PREPARE = """async (modules) => {
  window.ours = {};
  for (const [name, path] of Object.entries(modules)) {
    window.ours[name] = await import(`/static/js/${path}`);
  }
  window.blob = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  window.flip = (data, place, mask) => { const copy = data.slice(); copy[place] ^= mask; return copy; };
  window.told = (report) => ({
    verdict: report.verdict,
    codes: report.findings.map((finding) => finding.code),
    failed: report.findings.filter((finding) => finding.code === "container.failure"),
    json: new TextDecoder().decode(report.encode()),
  });
}"""


class Site:
    """What the server serves beside the static files, by path."""

    def __init__(self):
        self.files = {"/": b"<!doctype html><html lang=en><title>Verifier</title><main></main></html>"}
        self.asked = []

    def put(self, path, data):
        self.files[path] = data
        return path

    def answer(self, path):
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            return (file.read_bytes(), mimetypes.guess_type(path)[0]) if file.is_file() else None
        if path in self.files:
            page = path in {"/", "/verify"}
            return self.files[path], "text/html; charset=utf-8" if page else "application/octet-stream"
        return None


@contextmanager
def serving(site):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            site.asked.append(self.path)
            found = site.answer(self.path.partition("?")[0])
            data, media = found or (b"", "text/plain")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Verifier:
    """A page that has every module loaded, and counts what it complained about."""

    def __init__(self, browser, site, address):
        self.site, self.address = site, address
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.page.evaluate(PREPARE, MODULES)

    def run(self, script, *arguments):
        """Run an async function in the page."""
        return self.page.evaluate(f"async (given) => ({script})(...given)", list(arguments))

    def trust(self, files, name="trust"):
        """Make a trust folder known to the page under a name."""
        for file, data in files.items():
            self.site.put(f"/{name}/{file}", data)
        self.run(
            """async (name, files) => {
              const read = {};
              for (const file of files) { read[file] = await blob(`/${name}/${file}`); }
              window[name] = await ours.trust.readTrust(read);
            }""",
            name,
            list(files),
        )

    def edition(self, data, trust="trust"):
        """Return what the page says of an edition."""
        self.site.put("/case", data)
        return self.run(
            "async (trust) => told(await ours.examination.examineEdition(await blob('/case'), window[trust]))", trust
        )

    def bundles(self, bundles, instrument, trust="trust"):
        """Return what the page says of bundles, by name."""
        for name, data in bundles.items():
            self.site.put(f"/bundle/{name}", data)
        self.site.put("/instrument", instrument)
        return self.run(
            """async (trust, names) => {
              const given = new Map();
              for (const name of names) { given.set(name, await blob(`/bundle/${name}`)); }
              return told(await ours.examination.examineBundles(given, await blob("/instrument"), window[trust]));
            }""",
            trust,
            list(bundles),
        )
