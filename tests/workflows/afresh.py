"""A module once more as it is when it is imported, with the functions that it calls meanwhile."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType


def afresh(module: ModuleType) -> ModuleType:
    """A second copy, which nobody else imports."""
    assert module.__file__ is not None
    spec = spec_from_file_location(module.__name__, module.__file__)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
