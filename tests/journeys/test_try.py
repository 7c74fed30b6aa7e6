"""Scratch."""
import time, os
from tests.journeys.path import Journey

def test_try(app, world, turn, settings):
    j = Journey(app, turn, settings.instance / "outbox", hasty=os.environ.get("HASTY")=="1")
    with open("/tmp/w/j/time","w") as f:
      for step in ("apply","admit","train","deliver","visit","report","observe","recommend","grant"):
        t=time.time(); getattr(j, step)(); print(step, round(time.time()-t,2),file=f)
    print(j.number)
