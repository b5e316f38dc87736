"""The way to the client, byte by byte."""

import asyncio
import socket
import struct


class Cut(Exception):
    """The connection to the client was broken on purpose, or by the client."""


class Wire:
    """Writes to the client, until it has carried as many bytes as it may."""

    def __init__(self, writer, is_swallowed):
        """`is_swallowed`: whether what is sent now is lost on the way, and with it all that would follow."""
        self._writer = writer
        self._is_swallowed = is_swallowed
        self._left = None
        self._then = None
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def limit(self, count, then):
        """`then` is "cut" or "stall", and happens once `count` more bytes were carried."""
        self._left, self._then = count, then

    def without_limit(self):
        self._left = None

    async def write(self, data):
        if self._is_swallowed():
            await self.hang()
        end = self._left is not None and len(data) >= self._left
        if end:
            data = data[: self._left]
        if self._left is not None:
            self._left -= len(data)
        try:
            if data:
                self._writer.write(data)
                await self._writer.drain()
        except (ConnectionError, RuntimeError) as error:
            raise Cut from error
        if end and self._then == "cut":
            self.cut()
        if end:
            await self.hang()

    def cut(self):
        """Ends the connection without a word of TLS or HTTP about it."""
        self._writer.transport.abort()
        raise Cut

    def reset(self):
        """Ends it with a TCP reset."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.cut()

    async def hang(self):
        """A half-open peer: never another byte. Ends when the client hangs up, or the proxy does."""
        while not self._writer.transport.is_closing():
            await asyncio.sleep(0.05)
        raise Cut
