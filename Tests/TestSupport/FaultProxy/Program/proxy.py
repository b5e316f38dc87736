#!/usr/bin/python3
"""A proxy in front of a real API server that breaks what passes through it, as it is told.

    proxy.py --directory DIR --server URL --server-ca FILE --client-ca FILE --client-ca-key FILE --user NAME

It speaks TLS to both sides: to the server as that user, with all rights, to the client with a certificate of an authority
of its own. DIR gets `ca.crt` and `token`, for the client's kubeconfig; requests without that token get 401. Its
two ports are printed as one line of JSON. The control port takes, over plain HTTP:

    POST /faults     a list of faults (see faults.py)
    DELETE /faults   lifts all of them
    POST /settings   some of: {"crash": {"pid", "after", "ignoring"}} kill the client after so many of its writes;
                     {"network": "up" | "cut" | "blackhole"}; {"hangUp": true} break all connections; {"rotate": "certificate" | "token"};
                     {"recording": bool} remember what lists answer, for `rewind`; {"watchList": "served" | "claimed" | "off"}
                     be a server of a version that serves it: by lists, or not at all
    GET /journal     every exchange since the last DELETE /journal
    GET /state       {"swallowed": how often something got lost in the black hole, "hasCrashed": bool}
"""

import argparse
import asyncio
import json
import os
import re
import secrets
import signal
import ssl
import subprocess
import urllib.parse

import h11

import faults
import watchstream
from wire import Cut, Wire

PIECE = 1 << 16
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
HOP_BY_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"upgrade", b"te"}
LOST = (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, h11.RemoteProtocolError, OSError)


class Identity:
    """What the proxy shows to its clients, and the token that it wants from them. Both can be replaced at any time."""

    def __init__(self, directory):
        self._directory = directory
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.new_certificate()
        self.new_token()

    def new_certificate(self):
        """A certificate of another authority, for connections from now on."""
        authority, key = self._file("next-ca.crt"), self._file("next-ca.key")
        _openssl("req", "-x509", *CURVE, "-subj", "/CN=fault-proxy", "-keyout", key, "-out", authority)
        self.context.load_cert_chain(*_signed(
            self._directory, "server", authority, key, "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1"))
        os.replace(authority, self._file("ca.crt"))

    def new_token(self):
        self.token = secrets.token_hex(16)
        with open(self._file("next-token"), "w", encoding="ascii") as file:
            file.write(self.token)
        os.replace(self._file("next-token"), self._file("token"))

    def _file(self, name):
        return os.path.join(self._directory, name)


def _signed(directory, name, authority, authority_key, subject, extension):
    """A certificate and its key, signed by an authority; returns their files."""
    certificate, key = os.path.join(directory, f"{name}.crt"), os.path.join(directory, f"{name}.key")
    _openssl("req", "-x509", *CURVE, "-subj", subject, "-addext", extension, "-addext", "basicConstraints=critical,CA:FALSE",
             "-CA", authority, "-CAkey", authority_key, "-keyout", key, "-out", certificate)
    return certificate, key


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")


class Exchange:
    """One request, what is to happen to it, and what did."""

    def __init__(self, request, body, chosen):
        self.method = request.method.decode()
        self.path, _, self.query = request.target.decode().partition("?")
        self.headers = [(name, value) for name, value in request.headers if name not in HOP_BY_HOP]
        self.body = body
        self.faults = chosen
        self.status = None
        self.answer = b""

    @property
    def parameters(self):
        return dict(urllib.parse.parse_qsl(self.query, keep_blank_values=True))

    @property
    def is_write(self):
        return faults.is_write(self.method, self.path, self.query)

    @property
    def is_watch(self):
        return self.parameters.get("watch") == "true"

    @property
    def is_list(self):
        """In pages or in one piece."""
        asked = self.parameters
        return self.method == "GET" and "watch" not in asked and ("limit" in asked or "resourceVersion" in asked)

    @property
    def listed(self):
        """What a list is a list of."""
        return self.path, self.parameters.get("labelSelector"), self.parameters.get("fieldSelector")

    def fault(self, action):
        return next((fault for fault in self.faults if fault.action == action and not fault.lifted), None)

    def target(self, **changes):
        """The request's target with other parameters; `None` takes one away."""
        parameters = {**self.parameters, **changes}
        query = urllib.parse.urlencode({name: value for name, value in parameters.items() if value is not None})
        return f"{self.path}?{query}" if query else self.path

    def journal(self):
        entry = {"method": self.method, "path": self.path, "query": self.query, "status": self.status,
                 "faults": [fault.action for fault in self.faults], "isWrite": self.is_write}
        if self.is_write and self.answer[:1] == b"{":
            metadata = json.loads(self.answer).get("metadata", {})
            entry |= {name: metadata[name] for name in ("uid", "resourceVersion") if name in metadata}
        return entry


class Upstream:
    """The real server. Every request has a connection of its own, so that faults of one never touch another."""

    def __init__(self, url, authority, certificate):
        parts = urllib.parse.urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._context = ssl.create_default_context(cafile=authority)
        self._context.load_cert_chain(*certificate)

    async def ask(self, exchange, target=None, plain=False):
        """Yields the head of the answer and then the pieces of its body."""
        reader, writer = await asyncio.open_connection(*self._address, ssl=self._context)
        try:
            connection = h11.Connection(h11.CLIENT)
            dropped = {b"authorization"} | ({b"accept-encoding"} if plain else set())
            headers = [(name, value) for name, value in exchange.headers if name not in dropped]
            headers += [(b"content-length", str(len(exchange.body)).encode()), (b"connection", b"close")]
            writer.write(connection.send(h11.Request(
                method=exchange.method, target=target or exchange.target(), headers=headers)))
            if exchange.body:
                writer.write(connection.send(h11.Data(data=exchange.body)))
            writer.write(connection.send(h11.EndOfMessage()))
            await writer.drain()
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    connection.receive_data(await reader.read(PIECE))
                elif isinstance(event, h11.Response):
                    yield event
                elif isinstance(event, h11.Data):
                    yield bytes(event.data)
                elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
                    return
        finally:
            writer.close()

    async def whole(self, exchange, target=None):
        """The status and the whole body of the answer."""
        status, body = None, b""
        async for part in self.ask(exchange, target, plain=True):
            if isinstance(part, h11.Response):
                status = part.status_code
            else:
                body += part
        return status, body


class Proxy:
    """Everything that the control port can change, and the connections that it applies to."""

    def __init__(self, identity, upstream):
        self.identity = identity
        self._upstream = upstream
        self._faults = []
        self._exchanges = []
        self._network = "up"
        self._crash = None
        self._recordings = {}
        self._records = False
        self._watch_list = "off"
        self._connections = {}
        self._swallowed = 0

    # What the control port does.

    def control(self, method, path, body):
        """Carries out a control request, and returns the answer."""
        if (method, path) == ("POST", "/faults"):
            new = [faults.parse(text) for text in body]
            self._faults += new
            return [fault.identity for fault in new]
        if (method, path) == ("DELETE", "/faults"):
            for fault in self._faults:
                fault.lifted = True
            self._faults = []
            return {}
        if (method, path) == ("GET", "/journal"):
            return [exchange.journal() for exchange in self._exchanges]
        if (method, path) == ("GET", "/state"):
            return {"swallowed": self._swallowed, "hasCrashed": bool(self._crash and self._crash["happened"])}
        if (method, path) == ("DELETE", "/journal"):
            self._exchanges = []
            return {}
        if (method, path) == ("POST", "/settings"):
            for name, value in body.items():
                self._set(name, value)
            return {}
        raise faults.BadFault(f"no {method} {path} here")

    def _set(self, name, value):
        if name == "crash":
            self._crash = value and {"ignoring": "^$", "happened": False, **value}
        elif name == "network":
            self._network = value
            if value == "cut":
                self._hang_up()
        elif name == "hangUp":
            self._hang_up()
        elif name == "rotate" and value == "token":
            self.identity.new_token()
        elif name == "rotate" and value == "certificate":
            self.identity.new_certificate()
            self._hang_up()
        elif name == "recording":
            self._records = value
        elif name == "watchList":
            self._watch_list = value
        else:
            raise faults.BadFault(f"no setting {name}: {value}")

    def _swallows(self):
        if self._network != "blackhole":
            return False
        self._swallowed += 1
        return True

    def _hang_up(self):
        for writer in list(self._connections.values()):
            writer.transport.abort()

    # What it does with connections.

    async def serve(self, reader, writer):
        """One connection of a client, to its end."""
        task = asyncio.current_task()
        self._connections[task] = writer
        try:
            wire = Wire(writer, self._swallows)
            if self._network == "cut":
                wire.cut()
            while await self._exchange(reader, wire):
                pass
        except (Cut, *LOST):
            pass
        finally:
            del self._connections[task]
            writer.transport.abort()

    async def _exchange(self, reader, wire):
        """One request and its answer; whether another can follow."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        request, body = await self._read_request(connection, reader)
        if request is None:
            return False
        await wire.write(b"")
        if self._network == "cut" or (self._crash and self._crash["happened"]):
            wire.cut()
        path, _, query = request.target.decode().partition("?")
        # One of each kind: those that are due to the same requests happen one after the other.
        chosen = {}
        for fault in self._faults:
            if fault.action not in chosen and fault.takes(request.method.decode(), path, query):
                chosen[fault.action] = fault
        exchange = Exchange(request, body, list(chosen.values()))
        self._exchanges.append(exchange)
        if dict(request.headers).get(b"authorization", b"").decode() != f"Bearer {self.identity.token}":
            await self._refuse(connection, wire, exchange, {"status": 401})
        else:
            await self._answer(connection, wire, exchange)
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE and not self._left(connection)

    @staticmethod
    def _left(connection):
        """A client that sends its next request before this one is answered would lose it here; none does."""
        return bool(connection.trailing_data[0])

    async def _read_request(self, connection, reader):
        request, body = None, b""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(PIECE)
                if not data and request is None:
                    return None, b""
                connection.receive_data(data)
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return request, body
            else:
                return None, b""

    async def _answer(self, connection, wire, exchange):
        if fault := exchange.fault("delay"):
            await asyncio.sleep(fault.value)
        if fault := exchange.fault("answer"):
            await self._refuse(connection, wire, exchange, fault.value)
            return
        if (fault := exchange.fault("lose")) and fault.value == "request":
            wire.reset()
        for action in ("cut", "stall"):
            if fault := exchange.fault(action):
                wire.limit(fault.value, action)
        await self._relay(connection, wire, exchange)
        wire.without_limit()

    async def _refuse(self, connection, wire, exchange, answer):
        status = exchange.status = answer["status"]
        text = answer.get("body")
        if text is None:
            reason = {401: "Unauthorized", 410: "Expired", 429: "TooManyRequests", 503: "ServiceUnavailable",
                      504: "Timeout"}.get(status, "InternalError")
            text = json.dumps({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                               "message": "the fault proxy says so", "reason": reason, "code": status})
        headers = [("content-type", "application/json"), *answer.get("headers", {}).items()]
        await self._send_head(connection, wire, status, [*headers, ("content-length", str(len(text.encode())))])
        await wire.write(connection.send(h11.Data(data=text.encode())))
        await wire.write(connection.send(h11.EndOfMessage()))

    async def _send_head(self, connection, wire, status, headers):
        await wire.write(connection.send(h11.Response(status_code=status, headers=headers)))

    async def _relay(self, connection, wire, exchange):
        """Asks the server, and hands over what it says as it comes."""
        split = exchange.fault("split")
        lines = None
        if exchange.is_watch:
            lines = watchstream.Events(exchange.faults)
        head, answer = None, b""
        async for part in self._source(exchange):
            if isinstance(part, h11.Response):
                exchange.status = part.status_code
                if lines and part.status_code != 200:
                    lines = None
                if not exchange.is_write:
                    await self._send_head(connection, wire, *self._head(part))
                else:
                    head = part
            elif exchange.is_write:
                answer += part
            elif lines:
                try:
                    async for text in lines.feed(part):
                        await self._send_body(connection, wire, text, split)
                except watchstream.Ended:
                    break
            else:
                await self._send_body(connection, wire, part, split)
        if exchange.status is None:
            wire.cut()
        if exchange.is_write:
            exchange.answer = answer
            # The server has done it before the client hears of it: that is the moment for a crash.
            self._count(exchange, wire)
            if (fault := exchange.fault("lose")) and fault.value == "answer":
                wire.reset()
            await self._send_head(connection, wire, *self._head(head))
            await self._send_body(connection, wire, exchange.answer, split)
        await wire.write(connection.send(h11.EndOfMessage()))

    @staticmethod
    def _head(response):
        headers = [(name, value) for name, value in response.headers if name not in HOP_BY_HOP]
        return response.status_code, [*headers, (b"transfer-encoding", b"chunked")]

    async def _send_body(self, connection, wire, data, split):
        size = split.value if split else len(data)
        for start in range(0, len(data), size or 1):
            await wire.write(connection.send(h11.Data(data=data[start : start + size])))
            if split:
                await asyncio.sleep(0)

    async def _source(self, exchange):
        """The server's answer, unless one that was recorded, or one that the server cannot give, is asked for."""
        if self._watch_list == "served" and exchange.parameters.get("sendInitialEvents") == "true":
            async for part in self._initial_events(exchange):
                yield part
        elif self._watch_list != "off" and exchange.path == "/version":
            status, body = await self._upstream.whole(exchange)
            yield h11.Response(status_code=status, headers=[("content-type", "application/json")])
            yield json.dumps({**json.loads(body), "major": "1", "minor": "34", "gitVersion": "v1.34.0"}).encode()
        elif exchange.is_list and exchange.fault("rewind") and exchange.listed in self._recordings:
            yield h11.Response(status_code=200, headers=[("content-type", "application/json")])
            yield self._recordings[exchange.listed]
        elif exchange.is_list and self._records:
            status, body = await self._upstream.whole(exchange)
            if status == 200:
                self._recordings[exchange.listed] = body
            yield h11.Response(status_code=status, headers=[("content-type", "application/json")])
            yield body
        else:
            async for part in self._upstream.ask(exchange):
                yield part

    async def _initial_events(self, exchange):
        no_watch = dict.fromkeys(
            ("watch", "sendInitialEvents", "resourceVersionMatch", "resourceVersion", "allowWatchBookmarks",
             "timeoutSeconds"))
        status, body = await self._upstream.whole(exchange, exchange.target(**no_watch))
        yield h11.Response(status_code=status, headers=[("content-type", "application/json")])
        if status != 200:
            yield body
            return
        answer = json.loads(body)
        for text in watchstream.initial_events(answer):
            yield text
        target = exchange.target(
            sendInitialEvents=None, resourceVersionMatch=None, resourceVersion=answer["metadata"]["resourceVersion"])
        async for part in self._upstream.ask(exchange, target):
            if not isinstance(part, h11.Response):
                yield part

    def _count(self, exchange, wire):
        crash = self._crash
        if not crash or not 200 <= exchange.status < 300 or re.search(crash["ignoring"], exchange.path):
            return
        crash["after"] -= 1
        if crash["after"] == 0:
            crash["happened"] = True
            os.kill(crash["pid"], signal.SIGKILL)
            wire.cut()


async def serve_control(proxy, reader, writer):
    """The control port: one request a connection."""
    connection = h11.Connection(h11.SERVER)
    try:
        request, body = await proxy._read_request(connection, reader)
        if request is None:
            return
        try:
            status = 200
            answer = proxy.control(request.method.decode(), request.target.decode(), json.loads(body or b"null"))
        except (faults.BadFault, re.error, KeyError, TypeError, json.JSONDecodeError) as error:
            status, answer = 400, {"error": f"{type(error).__name__}: {error}"}
        text = json.dumps(answer).encode()
        writer.write(connection.send(h11.Response(
            status_code=status, headers=[("content-length", str(len(text))), ("connection", "close")])))
        writer.write(connection.send(h11.Data(data=text)) + connection.send(h11.EndOfMessage()))
        await writer.drain()
    except LOST:
        pass
    finally:
        writer.close()


async def main():
    parser = argparse.ArgumentParser()
    for name in ("directory", "server", "server-ca", "client-ca", "client-ca-key", "user"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    identity = Identity(options.directory)
    user = _signed(options.directory, "user", options.client_ca, options.client_ca_key,
                   f"/O=system:masters/CN={options.user}", "extendedKeyUsage=clientAuth")
    proxy = Proxy(identity, Upstream(options.server, options.server_ca, user))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=identity.context)
    control = await asyncio.start_server(
        lambda reader, writer: serve_control(proxy, reader, writer), "127.0.0.1", 0)
    ports = {"port": server.sockets[0].getsockname()[1], "control": control.sockets[0].getsockname()[1]}
    print(json.dumps(ports), flush=True)
    # The owner holds the other end: when it goes, however it goes, the proxy goes.
    loop = asyncio.get_running_loop()
    owner = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(owner), os.fdopen(0))
    await owner.read()


if __name__ == "__main__":
    asyncio.run(main())
