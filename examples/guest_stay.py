#!/usr/bin/env python3
"""A cloud for one guest's stay, with Python's standard library alone.

    python3 examples/guest_stay.py 127.0.0.1:1883 gw-17 --state stay.json

It opens the network, waits for a lock, sets the administrator's code and a guest's code, waits until the guest
has opened the door, and revokes the code. Broker, gateway and this program may be restarted in between: its
position in the gateway's journal is in the state file, and what it missed it asks for again (docs/mqtt.md).
"""

import argparse
import json
import os
import socket
import struct
import sys
import time
import uuid

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ = 0x10, 0x20, 0x30, 0x40, 0x82, 0xC0
KEEP_ALIVE_S = 30
STEP_LIMIT_S = 120


class Mqtt:
    """As much of MQTT 3.1.1 as this needs: QoS 1 both ways, a session that outlives the connection."""

    def __init__(self, host, port, client_id):
        self.sock = socket.create_connection((host, port), timeout=5)
        self.buffer = b""
        self.packet_id = 0
        self.sent_at = time.monotonic()
        header = text("MQTT") + bytes([4, 0]) + struct.pack(">H", KEEP_ALIVE_S)
        self.send(CONNECT, header + text(client_id))
        answer = self.read(5)
        if answer is None or answer[0] != CONNACK or answer[1][1] != 0:
            raise ConnectionError("the broker refuses the connection")

    def subscribe(self, topic):
        self.send(SUBSCRIBE, self.next_id() + text(topic) + b"\x01")

    def publish(self, topic, payload):
        """Sends at QoS 1. What gets lost is sent again by whoever waits for the answer."""
        self.send(PUBLISH | 0x02, text(topic) + self.next_id() + payload.encode())

    def receive(self, wait_s):
        """Returns (topic, payload, is_retained, packet id) of the next message, or None."""
        if time.monotonic() - self.sent_at > KEEP_ALIVE_S / 2:
            self.send(PINGREQ, b"")
        packet = self.read(wait_s)
        if packet is None or packet[0] & 0xF0 != PUBLISH:
            return None
        kind, body = packet
        end = 2 + struct.unpack(">H", body[:2])[0]
        topic, rest = body[2:end].decode(), body[end:]
        packet_id, payload = (rest[:2], rest[2:]) if kind & 0x06 else (None, rest)
        return topic, payload.decode(), bool(kind & 1), packet_id

    def acknowledge(self, packet_id):
        if packet_id is not None:
            self.send(PUBACK, packet_id)

    def close(self):
        self.sock.close()

    def next_id(self):
        self.packet_id = self.packet_id % 65535 + 1
        return struct.pack(">H", self.packet_id)

    def send(self, kind, body):
        length, rest = b"", len(body)
        while True:
            rest, digit = divmod(rest, 128)
            length += bytes([digit | (128 if rest else 0)])
            if rest == 0:
                break
        self.sock.sendall(bytes([kind]) + length + body)
        self.sent_at = time.monotonic()

    def read(self, wait_s):
        """Returns the next packet as (kind, body), or None if none comes in this time."""
        self.sock.settimeout(wait_s)
        while True:
            packet = self.whole_packet()
            if packet is not None:
                return packet
            try:
                more = self.sock.recv(65536)
            except TimeoutError:
                return None
            if more == b"":
                raise ConnectionError("the broker has closed the connection")
            self.buffer += more

    def whole_packet(self):
        length, shift = 0, 0
        for at, byte in enumerate(self.buffer[1:5], start=1):
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                end = at + 1 + length
                if len(self.buffer) < end:
                    return None
                kind, body = self.buffer[0], self.buffer[at + 1 : end]
                self.buffer = self.buffer[end:]
                return kind, body
        return None


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


class Journal:
    """The consumer's side of a gateway's journal: every record once, and no number missing unnoticed."""

    def __init__(self, path):
        self.path = path
        self.epoch, self.head, self.ahead = None, 0, set()
        if os.path.exists(path):
            with open(path, encoding="utf8") as file:
                kept = json.load(file)
            self.epoch, self.head = kept["epoch"], kept["head"]

    def start_at(self, epoch, head):
        self.epoch, self.head, self.ahead = epoch, head, set()

    def take(self, epoch, seq):
        """Returns whether a record is new. A repeat must be ignored."""
        if epoch != self.epoch:
            self.start_at(epoch, 0)
        if seq <= self.head or seq in self.ahead:
            return False
        self.ahead.add(seq)
        self.move_head()
        return True

    def close_gap(self, first, last):
        """A journalGap with the reason folded or pruned says that these numbers will never come."""
        self.ahead.update(range(max(first, self.head + 1), last + 1))
        self.move_head()

    def move_head(self):
        while self.head + 1 in self.ahead:
            self.head += 1
            self.ahead.discard(self.head)

    def keep(self):
        """The position is on disk before the gateway learns of it, whole or not at all."""
        with open(self.path + ".new", "w", encoding="utf8") as file:
            json.dump({"epoch": self.epoch, "head": self.head}, file)
        os.replace(self.path + ".new", self.path)


class Cloud:
    """One gateway, as its cloud sees it."""

    def __init__(self, address, gateway, state_file):
        self.host, _, port = address.partition(":")
        self.port = int(port or "1883")
        self.gateway = gateway
        self.journal = Journal(state_file)
        self.events, self.replies = [], {}
        self.mqtt = None

    def pump(self):
        """Handles one message, and connects again if the broker has gone."""
        try:
            if self.mqtt is None:
                self.mqtt = Mqtt(self.host, self.port, f"stay-{self.gateway}")
                self.mqtt.subscribe(f"latch/1/{self.gateway}/up/+")
            message = self.mqtt.receive(0.2)
            if message is None:
                return
            topic, payload, is_retained, packet_id = message
            self.handle(topic.rsplit("/", 1)[-1], json.loads(payload), is_retained)
            # Acknowledged only now: if this program dies before, the broker sends the message again.
            self.mqtt.acknowledge(packet_id)
        except OSError as error:
            print(f"broker: {error}", file=sys.stderr)
            if self.mqtt is not None:
                self.mqtt.close()
            self.mqtt = None
            time.sleep(0.5)

    def handle(self, kind, body, is_retained):
        if kind == "state":
            self.handle_birth(body, is_retained)
            return
        epoch, seq = body.get("epoch"), body.get("seq")
        if epoch is not None:
            if not self.journal.take(epoch, seq):
                return
            detail = body.get("detail") or {}
            if body.get("event") == "journalGap" and detail.get("reason") in ("folded", "pruned"):
                self.journal.close_gap(detail["from"], detail["to"])
            self.journal.keep()
            if self.journal.ahead:
                self.ask_for_replay()
            self.send("sync", {"epoch": epoch, "seq": self.journal.head})
        if kind == "event":
            self.events.append(body)
        else:
            self.replies[body["id"]] = body

    def handle_birth(self, body, is_retained):
        """A birth says how far the journal goes: the broker may have lost its end."""
        if body.get("state") != "online":
            return
        if body["epoch"] != self.journal.epoch:
            self.journal.start_at(body["epoch"], body["tail"] - 1)
        if is_retained or body["head"] > self.journal.head:
            self.ask_for_replay()

    def ask_for_replay(self):
        self.send("sync", {"replay": {"from": self.journal.head + 1}})

    def send(self, kind, body):
        if self.mqtt is not None:
            self.mqtt.publish(f"latch/1/{self.gateway}/down/{kind}", json.dumps(body))

    def command(self, name, /, **params):
        """Sends a command until its reply is there. Its id makes it act once, however often it comes."""
        body = {"id": str(uuid.uuid4()), "command": name, "params": params}
        limit, again = time.monotonic() + STEP_LIMIT_S, 0.0
        while body["id"] not in self.replies:
            if time.monotonic() > limit:
                raise SystemExit(f"no reply to {name}")
            if time.monotonic() > again and self.mqtt is not None:
                self.send("command", body)
                again = time.monotonic() + 5
            self.pump()
        reply = self.replies.pop(body["id"])
        if reply["ErrNo"] != 0:
            raise SystemExit(f"{name}: {reply['ErrNo']} {reply['ErrMsg']}")
        return reply

    def wait_for(self, name, is_it=lambda event: True):
        """Returns the first event of this name that is it; it may have come already."""
        limit = time.monotonic() + STEP_LIMIT_S
        while time.monotonic() < limit:
            for event in self.events:
                if event["event"] == name and is_it(event):
                    return event
            self.pump()
        raise SystemExit(f"the event {name} did not come")

    def confirmed(self, name, /, **params):
        """Sends a password command, and waits until the lock has done it."""
        reply = self.command(name, **params)
        password = reply.get("password_id", params.get("password_id"))
        done = self.wait_for(
            "pwdOperation",
            lambda event: event["seq"] > reply["seq"] and event["detail"]["password_id"] == password,
        )
        if done["detail"]["operation_stage"] != 3:
            raise SystemExit(f"the lock refused {name}: {done['detail'].get('reason')}")
        return password


def main():
    parser = argparse.ArgumentParser(description="A cloud for one guest's stay.")
    parser.add_argument("broker", help="host:port")
    parser.add_argument("gateway", help="the gateway's id")
    parser.add_argument("--state", required=True, help="file that keeps the position in the journal")
    parser.add_argument("--administrator", default="908172", help="the administrator's code")
    parser.add_argument("--guest", default="417263", help="the guest's code")
    given = parser.parse_args()
    cloud = Cloud(given.broker, given.gateway, given.state)

    cloud.command("permit_join", seconds=120)
    print("the network is open", flush=True)
    lock = cloud.wait_for("lockPaired")["uuid"]
    print(f"paired {lock}", flush=True)
    cloud.confirmed("add_password", uuid=lock, is_default=1, password=given.administrator)
    print("the lock has the administrator's code", flush=True)
    tomorrow = int(time.time()) + 86_400
    stay = {"password": given.guest, "name": "guest", "permission_end": tomorrow}
    guest = cloud.confirmed("add_password", uuid=lock, **stay)
    print("the lock has the guest's code", flush=True)
    is_guest = lambda event: event["detail"].get("sourceid") == guest
    opened = cloud.wait_for("lockerOpenAlarm", is_guest)
    print(f"opened by {opened['detail']['source_name']}", flush=True)
    cloud.confirmed("delete_password", uuid=lock, password_id=guest)
    print("the guest's code is revoked", flush=True)


if __name__ == "__main__":
    main()
