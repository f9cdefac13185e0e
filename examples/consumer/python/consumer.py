"""Money received, by project and channel, made from the ledger's events: an example for whoever reads them from Kafka.

    BROKERS=127.0.0.1:9094 REGION=local API=http://127.0.0.1:8080 TOKEN=… DATABASE=received.db python consumer.py

TOKEN is an operator's who may audit: it reads what Kafka does not have. The events are described in
libs/contracts/asyncapi.yaml. pip install -r requirements.txt
"""

import json
import os
import sqlite3
import urllib.parse
import urllib.request

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient


def fen(amount: str) -> int:
    """"-1234.50" yuan in fen. Never by way of a float."""
    return int(amount.replace(".", ""))


def apply(database: sqlite3.Connection, book: str, body: dict) -> None:
    """What an event adds. Types, accounts and members that are not known here are passed over."""
    for line in body.get("lines", []):
        if line["account"] == "channel-clearing":
            database.execute(
                "insert into received values (?, ?, ?) on conflict do update set fen = fen + excluded.fen",
                (book, line.get("channel", ""), fen(line["amount"])),
            )


def missing(book: str, after: int) -> list[dict]:
    """Events of a book after a position, from their owner: for what never came, or came and was deleted."""
    path = f"/billing/v1/books/{urllib.parse.quote(book, safe='')}/events?after_position={after}&limit=500"
    request = urllib.request.Request(os.environ["API"] + path, headers={"authorization": f"Bearer {os.environ['TOKEN']}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["items"]


def take(database: sqlite3.Connection, book: str, position: int, body: dict) -> None:
    """Applies an event once and in order, in one transaction with the cursor of its book; what is missing goes first."""
    with database:
        database.execute("begin immediate")  # Another instance may still have this partition: it waits.
        row = database.execute("select position from cursor where book = ?", (book,)).fetchone()
        at = row[0] if row else 0
        while at < position:
            following = [{"position": position, "body": body}] if position == at + 1 else missing(book, at)
            if not following:
                raise LookupError(f"event {at + 1} of {book} is nowhere")
            for event in following:
                if event["position"] != at + 1:
                    raise LookupError(f"event {at + 1} of {book} is not where it should be")
                apply(database, book, event["body"])
                at = event["position"]
        move = "insert into cursor values (?, ?) on conflict do update set position = excluded.position"
        database.execute(move, (book, at))


def id_of(admin: AdminClient, topic: str) -> str | None:
    """Which of all topics that ever had this name is there now; None: none, or the brokers do not say."""
    try:
        return str(admin.describe_topics(TopicCollection([topic]), request_timeout=10)[topic].result().topic_id)
    except KafkaException:
        return None


def main() -> None:
    database = sqlite3.connect(os.environ["DATABASE"], timeout=60, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.executescript(
        """create table if not exists cursor (book text primary key, position integer not null);
        create table if not exists received (book text, channel text, fen integer not null, primary key (book, channel));"""
    )
    brokers, topic = {"bootstrap.servers": os.environ["BROKERS"]}, f"{os.environ['REGION']}.ledger.v1"
    own = {"group.id": os.environ.get("GROUP", "example.python"), "session.timeout.ms": 6_000, "heartbeat.interval.ms": 1_500}
    consumer = Consumer({**brokers, **own, "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe([topic])
    begun = id_of(admin := AdminClient(brokers), topic)
    while True:
        message = consumer.poll(5.0)
        if message is None:  # librdkafka may wait for ever where a topic was deleted and made again, and says nothing.
            now = id_of(admin, topic)
            begun = begun or now
            if now not in (None, begun):
                raise SystemExit(f"{topic} was made anew: start again")
            continue
        if message.error():
            if message.error().code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                continue
            raise KafkaException(message.error())
        position = int(dict(message.headers())["ce_sequence"])
        take(database, message.key().decode(), position, json.loads(message.value()))
        consumer.commit(message)


if __name__ == "__main__":
    main()
