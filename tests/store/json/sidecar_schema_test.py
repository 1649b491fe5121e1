"""The sidecar is what docs/sidecar.schema.json says, and the schema is no rubber stamp."""

import copy
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])


def written_sidecar():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BUILD / "tests" / "support_write_sidecar", folder], check=True)
        return json.loads(pathlib.Path(folder, "run.json").read_text(encoding="utf-8"))


def closed(schema):
    """The schema with unknown keys forbidden, so that it has to list every key written."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    if result.get("type") == "object":
        result.setdefault("additionalProperties", False)
    return result


class SidecarSchema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads((SOURCE / "docs" / "sidecar.schema.json").read_text("utf-8"))
        cls.sidecar = written_sidecar()

    def test_is_itself_valid(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_accepts_the_sidecar_and_lists_its_every_key(self):
        jsonschema.Draft202012Validator(closed(self.schema)).validate(self.sidecar)

    def test_rejects_broken_sidecars(self):
        def without(*keys):
            broken = copy.deepcopy(self.sidecar)
            place = broken
            for key in keys[:-1]:
                place = place[key]
            del place[keys[-1]]
            return broken

        def with_value(value, *keys):
            broken = copy.deepcopy(self.sidecar)
            place = broken
            for key in keys[:-1]:
                place = place[key]
            place[keys[-1]] = value
            return broken

        validator = jsonschema.Draft202012Validator(self.schema)
        for broken in (
            without("completeness"),
            without("hosts", "node1", "state"),
            without("hosts", "node1", "collector"),
            with_value("done", "completeness"),
            with_value("9", "num_samples"),
            with_value("yesterday", "hosts", "node1", "first_time"),
            with_value(-1, "hosts", "node1", "clock_offset", "stop", "uncertainty_ns"),
        ):
            self.assertFalse(validator.is_valid(broken))


if __name__ == "__main__":
    unittest.main()
