"""tscollect validate on sidecars: agrees with python's jsonschema about our schema, and with the run."""

import copy
import json
import pathlib
import random
import subprocess
import tempfile
import unittest

import jsonschema

from tscollect_program import BUILD, COMPLETE, INCOMPLETE, SOURCE, roots, tscollect

SCHEMA = json.loads((SOURCE / "docs" / "sidecar.schema.json").read_text())
ODD_VALUES = (
    None, True, 0, -1, 1.0, 1.5, 10**17, "", "x", "complete", "missing", "2025-01-02T03:04:05Z",
    "1.0", "1.", [], [1], ["x"], {}, {"x": 1}, {"p50": 1, "p99": 2, "max": 3},
)


def places(value, path=()):
    """The paths of all that is in a JSON value."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def mutated(value, random_numbers):
    """A copy in which something was replaced, removed or added."""
    value = copy.deepcopy(value)
    path = random_numbers.choice([path for path in places(value) if path])
    parent = value
    for key in path[:-1]:
        parent = parent[key]
    what = random_numbers.random()
    if what < 0.25:
        del parent[path[-1]]
    elif what < 0.3 and isinstance(parent, dict):
        parent["unknown"] = random_numbers.choice(ODD_VALUES)
    else:
        parent[path[-1]] = random_numbers.choice(ODD_VALUES)
    return value


class Sidecar(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        subprocess.run([BUILD / "tests" / "support_write_sidecar", cls.folder], check=True)
        cls.sidecar = json.loads((cls.folder / "run.json").read_text())

    def write(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return path

    def verdicts(self, paths):
        done = tscollect("validate", "--json", *paths)
        self.assertIn(done.returncode, (COMPLETE, INCOMPLETE), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_what_the_collector_writes_is_valid(self):
        verdict = self.verdicts([self.write("own.json", self.sidecar)])[0]
        self.assertEqual((verdict["kind"], verdict["valid"]), ("sidecar", True), verdict)

    def test_agrees_with_another_validator(self):
        random_numbers = random.Random(7)
        judge = jsonschema.Draft202012Validator(SCHEMA)
        values = []
        for _ in range(120):
            value = mutated(self.sidecar, random_numbers)
            values.append(mutated(value, random_numbers) if random_numbers.random() < 0.3 else value)
        paths = [self.write(f"{number}.json", value) for number, value in enumerate(values)]
        invalid = 0
        for value, verdict in zip(values, self.verdicts(paths), strict=True):
            wanted = judge.is_valid(value)
            self.assertEqual(verdict["valid"], wanted, (verdict, list(judge.iter_errors(value))))
            invalid += not wanted
        self.assertGreater(invalid, 40)
        self.assertLess(invalid, 118)

    def test_names_the_place(self):
        self.sidecar["hosts"]["node1"]["samples"] = "many"
        self.addCleanup(self.sidecar["hosts"]["node1"].__setitem__, "samples", 5)
        finding = self.verdicts([self.write("place.json", self.sidecar)])[0]["findings"][0]
        self.assertEqual(finding["place"], "$.hosts.node1.samples")
        self.assertEqual(finding["what"], 'is "many" instead of integer')

    def test_what_is_not_json_is_an_error(self):
        verdict = self.verdicts([self.write("torn.json", json.dumps(self.sidecar)[:500])])[0]
        self.assertIn("is not JSON", verdict["findings"][0]["what"])

    def test_deep_and_long_texts_are_taken(self):
        deep = self.write("deep.json", '{"a":' * 100_000)
        long_time = dict(self.sidecar, start_time="2025-01-02T03:04:05." + "0" * 3_000_000 + "Z")
        verdicts = self.verdicts([deep, self.write("long.json", long_time)])
        self.assertEqual([verdict["valid"] for verdict in verdicts], [False, True])


class BesideItsRun(unittest.TestCase):
    def test_differences_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            run = pathlib.Path(folder, "run.h5")
            command = [BUILD / "tests" / "support_record_tree", run, "4", *roots("linux-5.14")]
            subprocess.run(command, check=True)
            self.assertIn("valid run", tscollect("validate", run).stdout)
            sidecar = pathlib.Path(folder, "run.json")
            done = tscollect("validate", "--json", run)
            self.assertEqual(done.returncode, COMPLETE)
            self.assertFalse(sidecar.exists())
            hosts = {"node1": {"samples": 4, "gaps": 7, "state": "complete"}, "x": {}}
            sidecar.write_text(json.dumps({"hdf5_file": "run.h5", "num_samples": 5, "stop_reason": "?", "hosts": hosts}))
            findings = json.loads(tscollect("validate", "--json", run).stdout)["findings"]
            whats = {finding["place"]: finding["what"] for finding in findings if finding["rule"] == "sidecar"}
            self.assertEqual(whats["$.num_samples"], "is 5 here and 4 in the run's file")
            self.assertEqual(whats["$.hosts.x"], "is not in the run's file")
            self.assertNotIn("$.hosts.node1.samples", whats)
            self.assertTrue(whats["$.hosts.node1.gaps"].startswith("is 7 here and "), whats)
            self.assertTrue(whats["$.stop_reason"].startswith('is "?" here and '), whats)
            self.assertIn("$.start_time", whats)  # missing here

    def test_a_benchmarks_own_results_of_that_name_stay_and_are_told(self):
        with tempfile.TemporaryDirectory() as folder:
            run, results = pathlib.Path(folder, "run.h5"), pathlib.Path(folder, "run.json")
            command = [BUILD / "tests" / "support_record_tree", run, "4", *roots("linux-5.14")]
            subprocess.run(command, check=True)
            text = json.dumps({"fio version": "fio-3.33", "jobs": []})
            results.write_text(text)
            phases = pathlib.Path(folder, "phases.csv")
            phases.write_text("write,0,1\n")
            done = tscollect("mark", "--into", run, "--phases", phases)
            self.assertEqual(done.returncode, COMPLETE, done.stderr)
            self.assertEqual(results.read_text(), text)
            verdict = json.loads(tscollect("validate", "--json", run).stdout)
            self.assertTrue(verdict["valid"], verdict)
            self.assertEqual([finding["what"] for finding in verdict["findings"] if finding["rule"] == "sidecar"],
                             ["is no sidecar: another program has written a file of its name"])


if __name__ == "__main__":
    unittest.main()
