# A mail server for send_spec: keeps each message it takes in a folder, as one file. The spec starts and ends it.
#   python3 helper_smtp.py FOLDER [PAUSE [MOST]]   prints its port; addresses that begin with "refused" are refused
# It takes MOST messages of one connection, says so at the next one and closes; below zero it closes without a word.
import asyncio
import os
import socket
import sys

from aiosmtpd.controller import Controller

folder = sys.argv[1]
pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
most = int(sys.argv[3]) if len(sys.argv) > 3 else 0


class Handler:
    count = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if most > 0 and getattr(session, "taken", 0) >= most:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 too many messages"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(pause)
        Handler.count += 1
        name = os.path.join(folder, "%05d" % Handler.count)
        with open(name + ".part", "wb") as f:
            f.write(("%s\n" % ",".join(envelope.rcpt_tos)).encode() + envelope.content)
        os.rename(name + ".part", name + ".msg")
        session.taken = getattr(session, "taken", 0) + 1
        if most < 0 and session.taken >= -most:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "250 taken as %05d" % Handler.count


free = socket.socket()
free.bind(("127.0.0.1", 0))
port = free.getsockname()[1]
free.close()
controller = Controller(Handler(), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
asyncio.new_event_loop().run_forever()
