import re
from tests.conftest import *
from tests.player import *
def test_x(app, world, client_of, turn):
    case = Player().apply().admit().train().deliver().visit().recommend()
    turn(DECIDED_ON)
    t=client_of(world.maya).get(f"/certifications/{case.certification}/approval").text
    print(re.sub(r"\s+"," ",re.sub(r"<[^>]+>"," ",t)))
    t=client_of(world.maya).get("/desk").text
    print(re.sub(r"\s+"," ",re.sub(r"<[^>]+>"," ",t)))
    assert 0
