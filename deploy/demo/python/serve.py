"""Answers every request with a page that says which Python it is: a package of an interpreter and a script."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

PAGE = f"""<!doctype html>
<title>Hello from Python {sys.version.split()[0]} in a machine of its own</title>
""".encode()


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format, *args):
        """Whom it served is nobody's business."""


HTTPServer(("", 8000), Hello).serve_forever()
