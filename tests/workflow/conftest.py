import pytest

from tests.workflow.copies import finished


@pytest.fixture(scope="session")
def workflow(tmp_path_factory):
    """The tiny scale, run to its end; tests put back what they edit."""
    return finished(tmp_path_factory.mktemp("workflow"))
