"""The main job: several ranks, one file, read back by h5py and compared with the kernel's text."""

import json
import os
import signal
import subprocess
import unittest

import h5py
import numpy as np

import job
import kernel_text

MISSING = np.iinfo(np.int64).min


class Collect(job.JobTest):
    def test_file_holds_what_the_kernel_said(self):
        layouts = ["linux-2.6.18", "linux-3.10", "linux-4.18", "linux-5.14", "linux-6.18"]
        hosts = [f"{name}={job.FIXTURES}/{name}/proc" for name in layouts]
        finished = self.run_job(
            len(layouts), "-i", 0.05, "-d", 1, "-o", "run.h5", "--pose-hosts", ",".join(hosts))
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(sorted(file["hosts"]), sorted(layouts))
            for name in layouts:
                self.check_host(file["hosts"][name], kernel_text.read_tree(job.FIXTURES / name / "proc"))

    def check_host(self, group, expected):
        samples = group["time"].shape[0]
        self.assertGreaterEqual(samples, 15)
        for source in ("vmstat", "meminfo", "loadavg"):
            fields = list(group[f"{source}_field"].asstr()[:])
            self.assertEqual(fields, list(expected[source]), f"{group.name} {source}")
            for row in (0, samples // 2, samples - 1):
                self.assertEqual(group[source][row].tolist(), list(expected[source].values()))
        for source, dimension in (("diskstats", "disk"), ("netdev", "interface")):
            fields = list(group[f"{source}_field"].asstr()[:])
            devices = list(group[dimension].asstr()[:])
            self.assertEqual(devices, list(expected[source]))
            values = group[source][samples - 1]
            for i, device in enumerate(devices):
                found = {f: v for f, v in zip(fields, values[i].tolist()) if v != MISSING}
                self.assertEqual(found, expected[source][device], f"{group.name} {source} {device}")

    def test_a_default_source_that_a_host_does_not_have_is_no_loss(self):
        finished = self.run_job(2, "-i", 0.05, "-d", 0.5, "-o", "run.h5", "--pose-hosts",
                                f"old={job.FIXTURES}/linux-2.6.18/proc,new={job.FIXTURES}/linux-6.18/proc")
        self.assert_complete(finished)
        sidecar = json.loads((self.folder / "run.json").read_text())
        with h5py.File(self.folder / "run.h5") as file:
            old, new = file["hosts/old"], file["hosts/new"]
            fields = list(new["pressure_field"].asstr()[:])
            self.assertEqual(new["pressure"][0, fields.index("irq_full_total")], 5501723)
            fields = list(old["cpu_field"].asstr()[:])
            self.assertEqual(old["cpu"][0, fields.index("forks")], 2915)
            self.assertEqual(old.attrs["clock_ticks_per_second"], os.sysconf("SC_CLK_TCK"))
            self.assertNotIn("pressure", old)
            self.assertNotIn("error_source", old)
            self.assertNotIn("absent_sources", new.attrs)
            absent = [text.decode() for text in old.attrs["absent_sources"]]
            self.assertRegex(absent[0], r"^pressure: .*built without pressure stall information")
        self.assertEqual(sidecar["hosts"]["old"]["absent_sources"], absent)
        self.assertEqual(sidecar["hosts"]["old"]["errors"], 0)
        shown = subprocess.run([job.PROGRAM, "info", "--all", self.folder / "run.h5"], capture_output=True,
                               text=True, check=False).stdout
        self.assertIn("Sources that hosts do not have", shown)

    def test_a_source_that_was_named_and_is_not_there_is_an_error(self):
        tree = job.FIXTURES / "linux-2.6.18"
        self.run_job(1, "-i", 0.05, "-d", 0.5, "-o", "run.h5", "--sources", "meminfo,rdma",
                     "--procfs", tree / "proc", "--sysfs", tree / "sys")
        with h5py.File(self.folder / "run.h5") as file:
            (group,) = file["hosts"].values()
            self.assertEqual(group["error_source"].asstr()[0], "rdma")
            self.assertIn("no RDMA devices", group["error_message"].asstr()[0])

    def test_all_that_a_node_has(self):
        tree = job.FIXTURES / "linux-5.14"
        self.assert_complete(self.run_job(1, "-i", 0.05, "-d", 0.5, "-o", "run.h5", "--sources", "all",
                                          "--procfs", tree / "proc", "--sysfs", tree / "sys"))
        with h5py.File(self.folder / "run.h5") as file:
            (group,) = file["hosts"].values()
            self.assertEqual(group["percpu"].shape[1:], (128, 10))
            self.assertEqual(group["processor"].asstr()[127], "cpu127")
            self.assertEqual(list(group["port"].asstr()[:]), ["mlx5_0/1", "mlx5_1/1", "cxi0"])
            fields = list(group["rdma_field"].asstr()[:])
            self.assertEqual(group["rdma"][0, 0, fields.index("port_rcv_data")], 84726352816)
            self.assertEqual(group["rdma_unit"].asstr()[fields.index("port_rcv_data")], "4 bytes")
        valid = subprocess.run([job.PROGRAM, "validate", self.folder / "run.h5"], capture_output=True,
                               text=True, check=False)
        self.assertEqual(valid.returncode, 0, valid.stdout + valid.stderr)

    def test_ticks_line_up_between_hosts(self):
        finished = self.run_job(4, "-i", 0.1, "-d", 3, "-o", "run.h5", "--pose-hosts", "auto")
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            first = []
            for group in file["hosts"].values():
                ticks = group["tick"][:]
                self.assertTrue((np.diff(ticks) > 0).all())
                self.assertEqual(ticks[-1], 30)
                due = group["time"][:] - group["lateness"][:] - ticks * 100_000_000
                first.append(due[0])
                # No drift: every sample leads back to the same tick zero, but for clock slewing.
                self.assertLess(np.ptp(due), 5_000_000)
            # One machine, one clock: tick zero is the same moment everywhere, within the ping-pong's
            # uncertainty on a busy machine.
            self.assertLess(np.ptp(first), 20_000_000)

    def test_sidecar_stands_beside_the_file(self):
        finished = self.run_job(2, "-i", 0.1, "-d", 0.5, "-o", "run.h5", "--label", "purpose=test",
                                "--pose-hosts", "left,right", SLURM_JOB_ID="4711")
        self.assert_complete(finished)
        sidecar = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(sidecar["collection_method"], "mpi")
        self.assertEqual(sidecar["hosts_collected"], ["left", "right"])
        self.assertEqual(sidecar["labels"], {"purpose": "test"})
        self.assertEqual(sidecar["job_ids"], {"SLURM_JOB_ID": "4711"})
        self.assertEqual(set(sidecar["hosts"]), {"left", "right"})
        self.assertGreaterEqual(sidecar["hosts"]["left"]["clock_offset"]["start"]["uncertainty_ns"], 0)
        self.assertGreaterEqual(sidecar["hosts"]["right"]["clock_offset"]["stop"]["uncertainty_ns"], 0)
        self.assertEqual(self.leftovers(), [])

    def test_one_rank_per_node_leads_and_the_others_sleep(self):
        finished = self.run_job(3, "-i", 0.1, "-d", 0.5, "-o", "run.h5")
        self.assert_complete(finished)
        self.assertIn("2 of 3 ranks share a node", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(len(file["hosts"]), 1)

    def test_two_hosts_of_one_name_get_a_suffix_and_a_warning(self):
        finished = self.run_job(3, "-i", 0.1, "-d", 0.5, "-o", "run.h5",
                                "--pose-hosts", "node,node,node")
        self.assert_complete(finished)
        self.assertIn("two hosts are called node", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(sorted(file["hosts"]), ["node", "node-2", "node-3"])

    def test_a_host_that_cannot_read_is_missing_and_says_why(self):
        finished = self.run_job(3, "-i", 0.1, "-d", 0.5, "-o", "run.h5", "--pose-hosts",
                                f"a,b=/nowhere/proc,c={job.FIXTURES}/linux-5.14/proc")
        self.assertEqual(finished.status, 4, finished.words)
        self.assertIn("b: nothing could be read below /nowhere/proc", finished.words)
        sidecar = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(sidecar["hosts_requested"], ["a", "b", "c"])
        self.assertEqual(sidecar["hosts_collected"], ["a", "c"])
        self.assertEqual(sidecar["completeness"], "incomplete")
        self.assertEqual(sidecar["hosts"]["b"]["state"], "missing")

    def test_rank_0_that_cannot_read_still_gathers_the_others(self):
        finished = self.run_job(2, "-i", 0.1, "-d", 0.5, "-o", "run.h5", "--pose-hosts",
                                f"a=/nowhere/proc,b={job.FIXTURES}/linux-5.14/proc")
        self.assertEqual(finished.status, 4, finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["b"])

    def test_the_limit_drops_and_says_so(self):
        finished = self.run_job(2, "-i", 0.05, "-d", 2, "-m", 5, "-o", "run.h5",
                                "--pose-hosts", "a,b")
        self.assertEqual(finished.status, 4, finished.words)
        self.assertEqual(finished.words.count("the most that --max-samples allows"), 1)
        self.assertIn("samples dropped", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(file["hosts/b/time"].shape, (5,))

    def test_one_bad_source_does_not_cost_the_others(self):
        tree = job.FIXTURES / "vmstat-value-beyond-64-bits" / "proc"
        finished = self.run_job(1, "-i", 0.1, "-d", 0.5, "-o", "run.h5", "--pose-hosts", f"a={tree}")
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            group = file["hosts/a"]
            self.assertIn("does not fit 64 bits", group["error_message"].asstr()[0])
            self.assertEqual(group["error_source"].asstr()[0], "vmstat")
            self.assertIn("meminfo", group)

    def test_filtered_devices_are_recorded(self):
        tree = job.FIXTURES / "linux-5.14" / "proc"
        finished = self.run_job(1, "-i", 0.1, "-d", 0.3, "-o", "run.h5", "--exclude-devices", "^(sr|dm-)",
                                "--pose-hosts", f"a={tree}")
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertNotIn("sr0", list(file["hosts/a/disk"].asstr()[:]))
            # Fixed-length strings, which h5py gives as bytes.
            self.assertIn(b"sr0", list(file["hosts/a/diskstats"].attrs["excluded"]))


class Stop(job.JobTest):
    def run_until(self, stop, *options, ranks=3):
        ready = self.folder / "ready"
        running = self.start(ranks, "-i", 0.1, "-o", "run.h5", "--pose-hosts", "a,b,c",
                             "--ready-file", ready, *options)
        self.await_file(ready)
        stop(running)
        finished = self.finish(running)
        self.assert_complete(finished)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(len(file["hosts"]), ranks)
            return file.attrs["stop_reason"].decode(), finished

    def test_sigusr1_is_the_clean_stop(self):
        reason, _ = self.run_until(lambda running: running.send_signal(signal.SIGUSR1))
        self.assertIn("SIGUSR1", reason)

    def test_the_stop_file_stops(self):
        stop = self.folder / "stop"
        reason, _ = self.run_until(lambda running: stop.touch(), "--stop-file", stop)
        self.assertIn("stop file", reason)

    def test_the_end_of_the_watched_process_stops(self):
        sleeper = job.subprocess.Popen(["sleep", "600"])
        self.addCleanup(sleeper.wait)

        def end(_):
            sleeper.kill()
            sleeper.wait()

        reason, _ = self.run_until(end, "--watch-pid", sleeper.pid)
        self.assertEqual(reason, f"watched process {sleeper.pid} ended")

    def test_the_last_sample_is_taken_at_stop(self):
        ready = self.folder / "ready"
        running = self.start(1, "-i", 60, "-o", "run.h5", "--pose-hosts", "a", "--ready-file", ready)
        self.await_file(ready)
        running.send_signal(signal.SIGUSR1)
        self.assert_complete(self.finish(running))
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(file["hosts/a/tick"][:].tolist(), [0, 1])
            self.assertLess(file["hosts/a/lateness"][1], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
