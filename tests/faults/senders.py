"""Programs that hold and resume cases over HTTP, and send a request again until somebody answers it."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count

PATIENCE = 90  # seconds, for one request
MOST_FAULTS = 5  # answers of 500 to one request, after which a sender gives it up


@dataclass(frozen=True)
class Acknowledged:
    """A move that the sender was told is made."""

    certification: str
    key: str
    body: str


@dataclass
class Goal:
    """How many moves the senders are to get acknowledged together, or to give up."""

    moves: int
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def one_more(self) -> None:
        """A move is settled."""
        with self.lock:
            self.made += 1


@dataclass
class Sender:
    """One program on one case: hold, resume, hold … each with a key of its own."""

    address: tuple[str, int]
    token: str
    certification: str
    goal: Goal
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # answers that no sender should ever get
    retried: int = 0
    _connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Until the goal is reached."""
        for n in count():
            if self.goal.made >= self.goal.moves:
                break
            self.send(("hold", "resume")[n % 2], f"{self.certification}-{n}")
            self.goal.one_more()

    def send(self, move: str, key: str) -> None:
        """One move, sent until it is answered."""
        faults, until = 0, time.monotonic() + PATIENCE
        while time.monotonic() < until and faults < MOST_FAULTS:
            answered = self._ask(move, key)
            if answered is not None and answered[0] == 200:
                self.acknowledged.append(Acknowledged(self.certification, key, answered[1]))
                return
            if answered is not None and answered[0] < 500:
                self.refused.append(f"{answered[0]} to {move} of {key}: {answered[1][:500]}")
                return
            faults += answered is not None and answered[0] == 500
            self.retried += 1
            time.sleep(0.005)
        self.refused.append(f"{move} of {key} was never answered")

    def _ask(self, move: str, key: str) -> tuple[int, str] | None:
        """The answer, or None where the connection broke."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.address, timeout=20)
        try:
            self._connection.request(
                "POST",
                f"/api/v1/certifications/{self.certification}/moves/{move}",
                json.dumps({"reason": f"As {key} asked."}),
                {
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": key,
                },
            )
            response = self._connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return None

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
