"""Imports point inwards, and the clinical core stands on the standard library and msgspec alone."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parents[2]

CLINICAL_CORE = ("model", "knowledge", "instruments", "casefile", "guidance")
ALLOWED_IN_CORE = {"leeward", "msgspec", *sys.stdlib_module_names}
ALLOWED_BESIDES = {"leeward.casefile.yaml_text": {"yaml"}}


def test_imports_point_inwards():
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    checked = subprocess.run([sys.executable, "-c", lint], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Every import in the package, those inside functions too."""
    return grimp.build_graph("leeward", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("room", CLINICAL_CORE)
def test_clinical_core_uses_only_the_standard_library_and_msgspec(imports: grimp.ImportGraph, room: str):
    root = f"leeward.{room}"
    foreign = {
        module: outside
        for module in {root, *imports.find_descendants(root)}
        if (outside := outside_packages(imports, module) - ALLOWED_IN_CORE - ALLOWED_BESIDES.get(module, set()))
    }
    assert not foreign


def outside_packages(imports: grimp.ImportGraph, module: str) -> set[str]:
    return {imported.partition(".")[0] for imported in imports.find_modules_directly_imported_by(module)}
