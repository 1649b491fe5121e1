"""Journals: what a killed run leaves behind, and the file that `tscollect recover` makes of it."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np

import job

# What only a clean stop knows, or what is said differently of a recovered host.
DIFFERENT_COLUMNS = {"state", "why", "clock_offset_stop", "clock_uncertainty_stop",
                     "monotonic_offset_stop"}

DIFFERENT_ATTRIBUTES = {"completeness", "stop_reason", "history", "hosts_partial"}

UNKNOWN_ATTRIBUTES = {"collector_cpu_ns", "collector_peak_memory_bytes"}


def recover(*words):
    done = subprocess.run([job.PROGRAM, "recover", *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    return job.Finished(done.returncode, done.stdout)


def datasets(file):
    """Every dataset of a file by its path, as a list."""
    found = {}

    def note(path, thing):
        if isinstance(thing, h5py.Dataset):
            found[path] = thing
    file.visititems(note)
    # visititems goes to a hard-linked dataset once only; names of fields are shared between hosts.
    for host in file["hosts"].values():
        for name, thing in host.items():
            found[f"{host.name[1:]}/{name}"] = thing
    return found


def attributes(thing):
    """Values that can be compared; references as the paths of what they refer to."""
    found = {}
    for name, value in thing.attrs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "O":
            value = [[thing.file[one].name for one in np.atleast_1d(each)]
                     if isinstance(each, (np.ndarray, h5py.Reference)) else each for each in value]
        found[name] = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
    return found


class Recover(job.JobTest):
    def start_sampling(self, ranks, *options, hosts="a,b,c", **env):
        ready = self.folder / "ready"
        running = self.start(ranks, "-i", 0.02, "-o", "run.h5", "--pose-hosts", hosts,
                             "--ready-file", ready, *options, **env)
        self.await_file(ready)
        return running

    def kept_journals(self):
        return sorted(self.journals.glob("tscollect-*.journal"))

    def test_a_recovery_equals_a_clean_stop(self):
        hosts = ",".join(f"{name}={job.FIXTURES}/{name}/proc"
                         for name in ("linux-2.6.18", "vmstat-value-missing"))
        running = self.start_sampling(3, hosts=hosts + ",live=/proc", SLURM_JOB_ID="4711")
        links = self.folder / "links"
        links.mkdir()
        for journal in self.kept_journals():
            os.link(journal, links / journal.name)
        self.assertEqual(len(list(links.iterdir())), 3)
        job.time.sleep(1)
        running.send_signal(signal.SIGUSR1)
        self.assert_complete(self.finish(running))
        self.assertEqual(self.kept_journals(), [], "a clean stop removes its journals")
        recovered = recover("-o", self.folder / "recovered.h5", links)
        self.assertEqual(recovered.status, 0, recovered.words)
        with h5py.File(self.folder / "run.h5") as clean, \
                h5py.File(self.folder / "recovered.h5") as again:
            self.assertEqual(again.attrs["completeness"], b"recovered")
            self.compare(clean, again)
        clean = json.loads((self.folder / "run.json").read_text())
        again = json.loads((self.folder / "recovered.json").read_text())
        for key in ("labels", "job_ids", "hosts_requested", "hosts_collected", "num_samples",
                    "start_time", "end_time", "collection_interval_seconds", "collection_method"):
            self.assertEqual(again[key], clean[key])
        for name, host in clean["hosts"].items():
            for key in ("samples", "missed_ticks", "errors", "lateness", "kernel", "boot_id",
                        "addresses"):
                self.assertEqual(again["hosts"][name].get(key), host.get(key), f"{name} {key}")
            self.assertEqual(again["hosts"][name]["state"], "recovered")
            unknown = set(host["collector"]) - set(again["hosts"][name]["collector"])
            self.assertEqual(unknown, {"cpu_seconds", "peak_memory_bytes"})
        for path, known in (("run.h5", True), ("recovered.h5", False)):
            said = subprocess.run([job.PROGRAM, "info", "--json", self.folder / path], check=True,
                                  stdout=subprocess.PIPE).stdout
            for host in json.loads(said)["hosts"]:
                self.assertEqual({"cpu_ns", "peak_memory_bytes"} <= set(host["collector"]), known)

    def compare(self, clean, again):
        expected, found = datasets(clean), datasets(again)
        self.assertEqual(set(found), set(expected))
        self.assertGreater(len(expected), 60)
        for path, dataset in expected.items():
            if path.startswith("host_table/") and path.split("/")[1] in DIFFERENT_COLUMNS:
                continue
            self.assertEqual(found[path].dtype, dataset.dtype, path)
            self.assertEqual(found[path].shape, dataset.shape, path)
            if dataset.dtype.kind == "f":
                np.testing.assert_array_equal(found[path][:], dataset[:], path)
            else:
                self.assertEqual(found[path][:].tolist(), dataset[:].tolist(), path)
        compared = 0
        for path in ["/", "/hosts", *(host.name for host in clean["hosts"].values()), *expected]:
            ours, theirs = attributes(again[path]), attributes(clean[path])
            if path.split("/")[-1] in DIFFERENT_COLUMNS:  # unknown in one, and so with a fill value
                continue
            names = set(ours) - DIFFERENT_ATTRIBUTES
            self.assertFalse(names & UNKNOWN_ATTRIBUTES, path)
            self.assertEqual(names, set(theirs) - DIFFERENT_ATTRIBUTES - UNKNOWN_ATTRIBUTES, path)
            for name in names:
                self.assertEqual(ours[name], theirs[name], f"{path} {name}")
                compared += 1
        self.assertGreater(compared, 200)

    def test_a_killed_run_is_recovered_by_folder(self):
        running = self.start_sampling(3, "--label", "purpose=test")
        job.time.sleep(0.5)
        self.kill_all(running)
        self.assertFalse((self.folder / "run.h5").exists())
        self.assertEqual(len(self.kept_journals()), 3)
        before = {path: path.read_bytes() for path in self.kept_journals()}
        recovered = recover("-o", self.folder / "run.h5", self.journals)
        self.assertEqual(recovered.status, 0, recovered.words)
        self.assertIn("3 of 3 hosts", recovered.words)
        self.assertEqual({path: path.read_bytes() for path in self.kept_journals()}, before)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(sorted(file["hosts"]), ["a", "b", "c"])
            for host in file["hosts"].values():
                self.assertGreater(host["time"].shape[0], 10)
            self.assertEqual(file.attrs["label_purpose"], b"test")

    def test_the_next_run_mentions_them_and_leaves_them_alone(self):
        self.kill_all(self.start_sampling(2))
        journals = self.kept_journals()
        finished = self.run_job(2, "-i", 0.1, "-d", 0.3, "-o", "next.h5", "--pose-hosts", "x,y")
        self.assert_complete(finished)
        self.assertEqual(finished.words.count("runs that ended badly"), 1, finished.words)
        told = "journals of runs that ended badly are on x, y; there they are listed by: tscollect journals --journal-dir "
        self.assertIn(f"{told}{self.journals}\n", finished.words)
        listed = subprocess.run([job.PROGRAM, "journals", "--journal-dir", self.journals], capture_output=True, text=True)
        self.assertEqual(len(listed.stdout.splitlines()), 1 + len(journals))
        self.assertEqual(self.kept_journals(), journals)

    def test_they_are_listed_and_removed_by_run(self):
        living = self.start_sampling(2)
        self.kill_all(living)
        dead = self.kept_journals()
        run = dead[0].name.split("-")[1:3]

        def journals(*words):
            return subprocess.run([job.PROGRAM, "journals", "--journal-dir", self.journals, *words],
                                  capture_output=True, text=True, check=True)

        lines = journals().stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertRegex(lines[1], r"^\S+-\S+ +a +\d+ +\d+ +0\.0 +\S+ +dead$")
        self.assertEqual(journals("--older-than", "1").stdout.splitlines(), lines[:1])
        journals("--remove", "--older-than", "1")
        journals("--remove", "--run", "another")
        self.assertEqual(self.kept_journals(), dead)
        said = journals("--remove", "--run", "-".join(run)).stderr
        self.assertEqual(said.count("removed"), 2, said)
        self.assertEqual(self.kept_journals(), [])

    def test_what_is_missing_or_damaged_is_said(self):
        self.kill_all(self.start_sampling(3))
        a, b, c = self.kept_journals()
        c.unlink()
        torn = a.read_bytes().rstrip(b"\0")
        a.write_bytes(torn[:-1])
        with h5py.File(self.recovered(4, a, b)) as file:
            self.assertEqual(file["host_table/host"].asstr()[:].tolist(), ["a", "b", "c"])
            self.assertEqual(file["host_table/state"].asstr()[:].tolist(),
                             ["recovered", "recovered", "missing"])
            self.assertIn("cut short at byte", file["host_table/why"].asstr()[0])
        self.assertIn("c: there is no journal of this host", self.words)
        self.assertIn("a: " + str(a), self.words)
        copy = self.folder / "copy.journal"
        copy.write_bytes(b.read_bytes().rstrip(b"\0")[:-200])
        self.recovered(4, a, copy, b)
        self.assertIn(f"{copy} is another journal of b", self.words)

    def test_a_flipped_bit_and_what_is_no_journal_cost_only_themselves(self):
        self.kill_all(self.start_sampling(2, hosts="a,b"))
        a, b = self.kept_journals()
        self.recovered(0, a, b)
        flipped = bytearray(b.read_bytes().rstrip(b"\0"))
        flipped[-20] ^= 4
        b.write_bytes(flipped)
        with h5py.File(self.recovered(4, a, b)) as file:
            self.assertGreater(file["hosts/b/time"].shape[0], 0)
        self.assertRegex(self.words, r"b: .*: \d+ samples?; .* at byte \d+; from there on \d+ bytes")
        empty, foreign = self.folder / "empty", self.folder / "foreign.h5"
        empty.touch()
        foreign.write_bytes(b"\x89HDF\r\n\x1a\nmore of it")
        b.write_bytes(flipped[:100])
        with h5py.File(self.recovered(4, a, b, empty, foreign)) as file:
            self.assertEqual(list(file["hosts"]), ["a"])
        for line in (f"{b}: it ends within its header", f"{empty}: it is empty",
                     f"{foreign}: it is not a journal", "b: there is no journal of this host"):
            self.assertIn(line, self.words)

    def recovered(self, status, *journals):
        target = self.folder / "again.h5"
        done = recover("--force", "-o", target, *journals)
        self.words = done.words
        self.assertEqual(done.status, status, done.words)
        return target

    def test_nothing_to_recover_and_different_runs_are_refused(self):
        target = self.folder / "again.h5"
        empty, foreign = self.folder / "empty", self.folder / "foreign"
        empty.touch()
        foreign.write_text("something else")
        done = recover("-o", target, empty, foreign, self.folder / "nowhere")
        self.assertEqual(done.status, 2, done.words)
        for line in ("empty: it is empty", "foreign: it is not a journal", "nowhere: cannot read it",
                     "there is no journal to recover"):
            self.assertIn(line, done.words)
        self.kill_all(self.start_sampling(1))
        (self.folder / "ready").unlink()
        self.kill_all(self.start_sampling(1))
        first, second = self.kept_journals()
        done = recover("-o", target, self.journals)
        self.assertEqual(done.status, 2, done.words)
        self.assertIn("different runs", done.words)
        run = first.name.removeprefix("tscollect-").removesuffix("-a.journal")
        self.assertIn(f"run {run}: begun", done.words)
        self.assertFalse(target.exists())
        self.assertEqual(recover("-o", target, "--run", run, self.journals).status, 0)
        self.assertEqual(recover("-o", target, self.journals).status, 3)  # it exists
        self.assertEqual(recover("--force", "-o", target, "--run", "x", self.journals).status, 2)

    def test_a_run_goes_on_without_a_journal_and_says_so(self):
        nowhere = self.folder / "nowhere"
        finished = self.run_job(2, "-i", 0.1, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b",
                                "--journal-dir", nowhere)
        self.assert_complete(finished)
        self.assertEqual(finished.words.count("without a journal on a, b"), 1, finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            for host in file["hosts"].values():
                self.assertEqual(host.attrs["collector_journal_bytes"], 0)
                self.assertIn(b"No such file", host.attrs["collector_journal_fault"])

    def test_no_journal_means_none(self):
        finished = self.run_job(2, "-i", 0.1, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b",
                                "--no-journal")
        self.assert_complete(finished)
        self.assertNotIn("journal", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(file["hosts/a"].attrs["collector_journal_bytes"], 0)
            self.assertNotIn("collector_journal_fault", file["hosts/a"].attrs)

    def test_samples_that_a_limit_has_dropped_are_accounted_for(self):
        running = self.start_sampling(1, "--journal-limit", 0.02, "-i", 0.002, "-m", 0, "--sources",
                                      "meminfo", hosts=f"a={job.FIXTURES}/linux-6.18/proc")
        deadline = time.monotonic() + 60
        while any("+" not in path.name for path in self.kept_journals()):
            self.assertLess(time.monotonic(), deadline, "the limit never came")
            time.sleep(0.05)
        self.kill_all(running)
        done = recover("-o", self.folder / "r.h5", self.journals)
        self.assertEqual(done.status, 4, done.words)
        self.assertRegex(done.words, r"\d+ samples of earlier parts are missing")
        with h5py.File(self.folder / "r.h5") as file:
            table = file["host_table"]
            self.assertGreater(table["samples"][0], 0)
            self.assertEqual(file["hosts/a/tick"][-1] + 1,
                             table["samples"][0] + table["missed"][0] + table["dropped"][0])
        self.assertEqual(self.validate("r.h5"), 0)

    def test_later_parts_that_are_not_there_are_missed(self):
        running = self.start_sampling(1, "--journal-part", 0.01, "-i", 0.002, "-m", 0, "--sources",
                                      "meminfo", hosts=f"a={job.FIXTURES}/linux-6.18/proc")
        deadline = time.monotonic() + 60
        while len(self.kept_journals()) < 3:
            self.assertLess(time.monotonic(), deadline, "the third part never came")
            time.sleep(0.05)
        self.kill_all(running)
        self.assertEqual(recover("-o", self.folder / "all.h5", self.journals).status, 0)
        first = min(self.kept_journals(), key=lambda path: (len(path.name), path.name))
        for path in self.kept_journals():
            if path != first:
                path.unlink()
        done = recover("-o", self.folder / "r.h5", self.journals)
        self.assertEqual(done.status, 4, done.words)
        self.assertIn("later parts of it are missing", done.words)

    def test_a_journal_that_ends_long_before_the_others_is_said_to(self):
        running = self.start_sampling(2, "-i", 0.1, hosts="a,b")
        early = self.kept_journals()[0].read_bytes()
        time.sleep(6)
        path = self.kept_journals()[0]
        self.kill_all(running)
        path.write_bytes(early)
        done = recover("-o", self.folder / "r.h5", self.journals)
        self.assertEqual(done.status, 4, done.words)
        self.assertRegex(done.words, "a: its journal ends [67] s before the last one of the run")

    def test_an_output_that_came_meanwhile_is_kept(self):
        running = self.start_sampling(2, hosts="a,b")
        (self.folder / "run.h5").write_text("precious")
        job.stop_for_status(self, running)
        finished = self.finish(running)
        self.assertEqual(finished.status, 3, finished.words)
        self.assertIn("a file of that name was created meanwhile and is not replaced", finished.words)
        self.assertEqual((self.folder / "run.h5").read_text(), "precious")
        self.assertFalse((self.folder / "run.json").exists())
        self.assertIn(f"-o {self.folder / 'run-recovered.h5'} ", finished.words)
        self.assertEqual(len(self.kept_journals()), 2)

    def test_a_sidecar_that_cannot_be_written_costs_only_itself(self):
        running = self.start_sampling(2, hosts="a,b")
        (self.folder / "run.json").write_text("precious")
        job.stop_for_status(self, running)
        finished = self.finish(running)
        self.assertEqual(finished.status, 4, finished.words)
        self.assertRegex(finished.words, r"wrote run.h5 \((in)?complete, 2 of 2 hosts")
        self.assertRegex(finished.words, r"sidecar was not written: .*run.json: .*; run.h5 is whole")
        self.assertEqual((self.folder / "run.json").read_text(), "precious")
        self.assertEqual(self.kept_journals(), [])

    def test_neither_a_journal_nor_a_link_is_taken_for_something_else(self):
        self.kill_all(self.start_sampling(1, hosts="a"))
        journal, = self.kept_journals()
        done = recover("--force", "-o", journal, self.journals)
        self.assertEqual(done.status, 2, done.words)
        link = self.folder / "link"
        link.symlink_to(self.journals)
        self.assertEqual(recover("-o", self.folder / "r.h5", link).status, 0)

    def test_a_run_that_kept_all_it_might_is_not_called_whole(self):
        running = self.start_sampling(1, "-m", 5, hosts="a")
        self.await_words(running, "further ones are dropped")
        self.kill_all(running)
        done = recover("-o", self.folder / "r.h5", self.journals)
        self.assertEqual(done.status, 4, done.words)
        self.assertIn("--max-samples kept 5 samples and no more", done.words)

    def test_a_journal_that_is_cut_goes_on_in_a_next_part(self):
        running = self.start_sampling(1, "-i", 0.005, "-m", 0, hosts="a")
        first = self.kept_journals()[0]
        os.truncate(first, 0)  # seen at the next sample, or at the next look at the file
        later = first.with_name(first.name.replace(".journal", "+1.journal"))
        self.await_file(later)
        time.sleep(0.3)
        running.send_signal(signal.SIGUSR1)
        finished = self.finish(running)
        self.assert_complete(finished)
        self.assertEqual(self.kept_journals(), [])

    def test_a_journal_that_was_deleted_is_not_said_to_be_there(self):
        output = self.folder / "out"
        output.mkdir()
        running = self.start_sampling(2, "-o", output / "run.h5", hosts="a,b")
        self.kept_journals()[1].unlink()
        shutil.rmtree(output)  # with the marks of the run
        job.stop_for_status(self, running)
        finished = self.finish(running)
        self.assertEqual(finished.status, 3, finished.words)
        self.assertRegex(finished.words, r"not with every sample \(b: it lacks \d+ of \d+ samples? "
                                         r"\(tscollect-.*-b.journal has been deleted\)\)")

    def validate(self, name):
        done = subprocess.run([job.PROGRAM, "validate", self.folder / name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(done.stdout)
        return done.returncode

    def test_synced_and_limited_journals(self):
        finished = self.run_job(1, "-i", 0.01, "-d", 1, "-o", "run.h5", "--pose-hosts",
                                f"a={job.FIXTURES}/linux-6.18/proc", "--journal-sync", 0.05,
                                "--journal-limit", 1)
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertGreater(file["hosts/a"].attrs["collector_journal_bytes"], 1000)


if __name__ == "__main__":
    unittest.main()
