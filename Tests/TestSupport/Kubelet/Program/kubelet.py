#!/usr/bin/env python3
"""The one thing that an API server asks a kubelet for in the tests: /containerLogs/NAMESPACE/POD/CONTAINER, over TLS.

The directory holds what it needs and what it does, as files: kubelet.crt and kubelet.key; NAMESPACE_POD.log, what is
answered; NAMESPACE_POD.status, the HTTP status to answer with instead of 200; requests, a line for each request.
Without a log the answer is 404, as of a kubelet that does not know the pod. Prints its port; ends with its standard input.
"""

import argparse
import os
import pathlib
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def handler(directory):
    lock = threading.Lock()

    class Kubelet(BaseHTTPRequestHandler):
        def do_GET(self):
            with lock, open(directory / "requests", "a", encoding="utf-8") as journal:
                journal.write(self.path + "\n")
            url = urlsplit(self.path)
            words = url.path.strip("/").split("/")
            if len(words) != 4 or words[0] != "containerLogs":
                return self.answer(404, b"no such path")
            name = f"{words[1]}_{words[2]}"
            log, status = directory / f"{name}.log", directory / f"{name}.status"
            if status.exists():
                return self.answer(int(status.read_text()), b"kubelet: told to fail")
            if not log.exists():
                return self.answer(404, b"pod does not exist")
            limit = parse_qs(url.query).get("limitBytes")
            content = log.read_bytes()
            return self.answer(200, content[: int(limit[0])] if limit else content)

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    return Kubelet


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=pathlib.Path, required=True)
    directory = parser.parse_args().directory
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(directory))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "kubelet.crt", directory / "kubelet.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
