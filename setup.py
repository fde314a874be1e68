"""What pyproject.toml cannot say: installed, the folder models/ is called pumpleak and mod/ pumpleak/mod."""

from tempfile import TemporaryDirectory

from setuptools import find_namespace_packages, setup

scratch = TemporaryDirectory()  # new each time: in an old one lie files that the package no longer has
rooms = find_namespace_packages("models", exclude=["*__pycache__*"])
setup(
    package_dir={"pumpleak": "models", "pumpleak.mod": "mod"},
    packages=["pumpleak", *(f"pumpleak.{room}" for room in rooms), "pumpleak.mod"],
    options={"build": {"build_base": scratch.name}},
)
