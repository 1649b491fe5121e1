"""Clocks that differ, are set, and hosts that are slow: nobody else loses a sample or the truth."""

import concurrent.futures
import signal
import sys
import unittest

import clock_fuzz
import h5py
import job


@unittest.skipIf(clock_fuzz.why_not(), clock_fuzz.why_not())
class Clocks(job.JobTest):
    def run_hosts(self, hosts, *options):
        names = ",".join(host.name for host in hosts)
        commands = [host.command(*options, "-o", "run.h5", "--pose-hosts", names) for host in hosts]
        return self.finish(self.launch_each(commands, TSCOLLECT_JOURNAL_DIR=str(self.journals)))

    def host(self, name, **clock):
        return clock_fuzz.Host(self.folder, name, **clock)

    def table(self, *columns):
        with h5py.File(self.folder / "run.h5") as file:
            names = [name.decode() for name in file["host_table/host"][:]]
            return {name: [file[f"host_table/{column}"][row] for column in columns]
                    for row, name in enumerate(names)}

    # The second host's first nap takes longer than anybody waits; the third has booted ten days
    # earlier.
    def test_a_host_that_is_slow_at_the_start_costs_the_others_nothing(self):
        days = 10 * 86400
        finished = self.run_hosts([self.host("a"), self.host("slow", nap=5),
                                   self.host("old", mono=days)],
                                  "-i", 0.5, "-d", 6, "--timeout", 3)
        self.assertIn(finished.status, (0, 4), finished.words)
        self.assertIn("slow: did not answer within 3 s; going on without it until it answers", finished.words)
        self.assertRegex(finished.words, r"slow: joins [1-4]\.\d s after the start")
        self.assertRegex(self.table("why")["slow"][0].decode(),
                         r"^joined [1-4]\.\d s after the start, \d+ ticks missed$")
        table = self.table("samples", "missed", "monotonic_offset_start", "clock_uncertainty_start",
                           "clock_uncertainty_stop")
        for name, offset in (("a", 0), ("slow", 0), ("old", days)):
            samples, missed, mono_offset, *uncertainties = table[name]
            for uncertainty in uncertainties:
                self.assertGreaterEqual(uncertainty, 0, name)
            self.assertLess(abs(mono_offset - offset * 10**9), 10**7 + max(uncertainties), name)
            self.assertEqual(samples + missed, 13, name)
        self.assertLess(table["old"][1], 3)
        self.assertLess(table["a"][1], 3)
        self.assertGreaterEqual(table["slow"][1], 2)

    # It is asleep until the others have ended.
    def test_a_host_that_never_answers_is_left_out_by_name(self):
        finished = self.run_hosts([self.host("a"), self.host("mute", nap=20), self.host("c")],
                                  "-i", 0.1, "-d", 1, "--timeout", 1)
        # Open MPI 4.1's mpiexec sometimes crashes in PMIx_server_finalize() after MPI_Abort.
        self.assertIn(finished.status, (4, -signal.SIGSEGV), finished.words)
        table = self.table("samples", "state", "why")
        self.assertEqual(table["mute"][1], b"missing")
        self.assertEqual(table["mute"][2], b"did not answer within 1 s of the start, nor later")
        self.assertGreater(table["a"][0], 5)
        self.assertGreater(table["c"][0], 5)

    def test_runs_with_clocks_that_differ_and_are_set(self):
        # No more than two at a time: beyond that the machine is what delays readings of clocks.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for seed, (plan, wrong) in enumerate(pool.map(clock_fuzz.one_run, range(1, 11)), start=1):
                self.assertEqual(wrong, [], f"{seed}: {plan}\n{getattr(plan, 'words', '')}")


if __name__ == "__main__":
    sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"]), workers=2))
