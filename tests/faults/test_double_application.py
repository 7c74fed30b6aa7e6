"""One person applies twice in one instant: one certification of a module is open at a time."""

import threading

from flask import Flask
from sqlalchemy import func, select

from certify.models import Certification, db
from certify.models.store import write_tx
from certify.workflows.certification import open_certification
from certify.workflows.engine import Refused
from tests.cast import World
from tests.player import APPLIED_ON, at

ROUNDS = 8


def test_of_two_applications_in_one_instant_one_is_opened(app: Flask, world: World) -> None:
    for module in ("WPC", "QUA", "REF", "WFM", "OSH", "LEA", "GEN", "RBU")[:ROUNDS]:
        start, refused = threading.Barrier(2), []

        def apply(module: str = module, start: threading.Barrier = start, refused: list = refused) -> None:
            with app.app_context():
                start.wait()
                try:
                    with write_tx() as session:
                        ana = world.actor(session, world.ana)
                        open_certification(session, ana, at(APPLIED_ON), module=module, country="VN")
                except Refused as no:
                    refused.append(no)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=apply) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        db.session.rollback()
        opened = select(func.count()).select_from(Certification).where(Certification.module == module)
        assert (db.session.scalar(opened), len(refused)) == (1, 1)
