"""What tscollect-run starts the collector with, launcher by launcher; each is a stand-in."""

import subprocess
import unittest

from beside import Case


class Launcher(Case):
    def words(self):
        return [word.decode() for word in self.noted("launcher_arguments")[:-1]]

    def value_of(self, option):
        words = self.words()
        return words[words.index(option) + 1]

    def variables(self):
        return dict(entry.decode().split("=", 1) for entry in self.noted("launcher_environment")
                    if entry)

    def write_hosts(self, text, name="my hosts"):
        path = self.folder / name
        path.write_text(text)
        return path

    def assert_wrote(self, done):
        self.assertEqual(done.stderr, f"tscollect-run: wrote {self.output} (9 samples)\n")
        self.assert_nothing_left()


class OpenMpi(Launcher):
    def test_one_unbound_rank_on_each_node_that_survives_the_others(self):
        for version in ("openmpi", "openmpi5"):
            with self.subTest(version=version):
                self.assert_wrote(self.run_beside("true", FAKE_MPI=version))
                self.assertEqual(self.words()[:6], ["mpirun", "--map-by", "ppr:1:node", "--bind-to",
                                                    "none", "--enable-recovery"])

    def test_a_host_file_goes_to_mpirun_and_its_hosts_to_the_collector(self):
        hosts = self.write_hosts("# two\nn1 slots=4\nn2:8\n\nn1\n")
        self.assert_wrote(self.run_beside(
            "true", options=["--hostfile", hosts, "-i", "1", "--output", self.output]))
        self.assertEqual(self.value_of("--hostfile"), str(hosts))
        self.assertNotIn(b"--hostfile", self.noted("collector_arguments"))
        self.assertEqual(self.variables()["TSCOLLECT_HOSTS"], "n1,n2")
        self.assertIn("TSCOLLECT_HOSTS", self.words())

    def test_hosts_that_the_user_expects_are_left_alone(self):
        self.run_beside("true", options=["--hostfile", self.write_hosts("n1\n"), "--output",
                                         self.output], TSCOLLECT_HOSTS="started")
        self.assertEqual(self.variables()["TSCOLLECT_HOSTS"], "started")

    def test_options_of_the_users_own_come_last(self):
        self.run_beside("true", TSCOLLECT_RUN_LAUNCHER_OPTIONS="--mca-like --other")
        words = self.words()
        self.assertEqual(words[words.index("--enable-recovery") + 1:][:2],
                         ["--mca-like", "--other"])


class Hydra(Launcher):
    def test_it_is_told_how_many_ranks_and_where(self):
        hosts = self.write_hosts("n1 slots=4\nn2:8  # the other\nn1\n")
        self.assert_wrote(self.run_beside(
            "true", options=["--hostfile", hosts, "--output", self.output], FAKE_MPI="hydra"))
        words = self.words()
        self.assertEqual((self.value_of("-ppn"), self.value_of("-n")), ("1", "2"))
        self.assertNotIn("--enable-recovery", words)
        self.assertEqual((self.folder / "hosts_for_hydra").read_text(), "n1\nn2\n")

    def test_by_itself_it_starts_one_rank_here(self):
        self.assert_wrote(self.run_beside("true", FAKE_MPI="hydra"))
        self.assertEqual((self.value_of("-ppn"), self.value_of("-n")), ("1", "1"))

    def test_one_of_an_unknown_mpi_gets_what_most_take(self):
        self.assert_wrote(self.run_beside("true", FAKE_MPI="other"))
        self.assertEqual(self.words()[:5], ["mpirun", "-ppn", "1", "-n", "1"])


class Slurm(Launcher):
    def test_in_a_job_it_is_srun_and_overlaps(self):
        self.assert_wrote(self.run_beside("true", SLURM_JOB_ID="1", SLURM_JOB_NUM_NODES="3",
                                          SLURM_NTASKS="64"))
        words = self.words()
        self.assertEqual(words[0], "srun")
        for word in ("--overlap", "--mpi=pmix", "--ntasks-per-node=1", "--ntasks=3",
                     "--cpu-bind=none", "--kill-on-bad-exit=0", "--no-kill", "--disable-status"):
            self.assertIn(word, words)
        self.assertEqual(self.variables()["SLURM_PMIX_FENCE"], "tree")

    def test_a_fence_of_the_users_own_stays(self):
        self.run_beside("true", SLURM_JOB_ID="1", SLURM_PMIX_FENCE="ring")
        self.assertEqual(self.variables()["SLURM_PMIX_FENCE"], "ring")

    def test_the_launcher_can_be_chosen(self):
        self.run_beside("true", options=["--launcher=mpirun", "--output", self.output],
                        SLURM_JOB_ID="1")
        self.assertEqual(self.words()[0], "mpirun")


class Pbs(Launcher):
    def job(self, **more):
        return {"PBS_JOBID": "7.server",
                "PBS_NODEFILE": str(self.write_hosts("n1\nn1\nn2\nn2\n"))} | more

    def test_an_mpirun_without_pbs_gets_the_nodes_and_the_way_there(self):
        agent = self.folder / "pbs_tmrsh"
        agent.write_text("#!/bin/sh\n")
        agent.chmod(0o755)
        self.environment["PATH"] = f"{self.folder}:{self.environment['PATH']}"
        job = self.job()
        self.assert_wrote(self.run_beside("true", **job))
        self.assertEqual(self.value_of("--hostfile"), job["PBS_NODEFILE"])
        variables = self.variables()
        self.assertEqual(variables["TSCOLLECT_HOSTS"], "n1,n2")
        for name in ("OMPI_MCA_plm_rsh_agent", "PRTE_MCA_plm_ssh_agent", "HYDRA_LAUNCHER_EXEC"):
            self.assertEqual(variables[name], "pbs_tmrsh")

    def test_an_mpirun_with_pbs_finds_the_nodes_by_itself(self):
        self.assert_wrote(self.run_beside("true", **self.job(FAKE_PLM="tm")))
        self.assertNotIn("--hostfile", self.words())
        self.assertNotIn("OMPI_MCA_plm_rsh_agent", self.variables())
        self.assertEqual(self.variables()["TSCOLLECT_HOSTS"], "n1,n2")

    def test_hydra_gets_one_rank_for_each_node(self):
        self.assert_wrote(self.run_beside("true", **self.job(FAKE_MPI="hydra")))
        self.assertEqual(self.value_of("-n"), "2")


class Lsf(Launcher):
    def test_the_hosts_come_from_the_file_of_the_job(self):
        hosts = self.write_hosts("hostA\nhostA\nhostB\n")
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", LSB_DJOB_HOSTFILE=str(hosts),
                                          LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertEqual(self.value_of("--hostfile"), str(hosts))
        self.assertEqual(self.variables()["TSCOLLECT_HOSTS"], "hostA,hostB")

    def test_or_from_the_variable(self):
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", FAKE_MPI="hydra",
                                          LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertEqual((self.folder / "hosts_for_hydra").read_text(), "hostA\nhostB\n")

    def test_an_mpirun_with_lsf_finds_them_by_itself(self):
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", FAKE_PLM="lsf",
                                          LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertNotIn("--hostfile", self.words())


class Flux(Launcher):
    def test_the_collector_goes_past_the_scheduler_and_is_stopped_through_flux(self):
        done = self.run_beside("true", FLUX_URI="local:///here")
        self.assert_wrote(done)
        calls = (self.folder / "flux_calls").read_bytes().decode().replace("\0", " ").split("\n")
        self.assertIn("jobtap load alloc-bypass.so ", calls)
        self.assertIn("job kill --signal=SIGUSR1 fFAKE ", calls)
        submit = next(call for call in calls if call.startswith("submit "))
        self.assertIn("-o per-resource.type=node -o cpu-affinity=off "
                      "--setattr=system.alloc-bypass.R={} ", submit)
        self.assertEqual(self.variables()["TSCOLLECT_HOSTS"], "n1,n2")

    def test_its_exit_status_is_the_jobs(self):
        done = self.run_beside("true", FLUX_URI="local:///here", FAKE_STATUS="3")
        self.assertIn("the collector failed with status 3", done.stderr)


class Mismatch(Launcher):
    def test_a_folder_without_launchers_costs_the_collector_and_not_the_command(self):
        copy = self.folder / "alone"
        copy.mkdir()
        script = copy / "tscollect-run"
        script.write_bytes(self.script.read_bytes())
        done = subprocess.run(["sh", script, "-o", "x", "--", "sh", "-c", "echo ran; exit 7"],
                              capture_output=True, text=True, env=self.environment, check=False)
        self.assertEqual((done.returncode, done.stdout), (7, "ran\n"))
        self.assertIn("runs without the collector", done.stderr)


if __name__ == "__main__":
    unittest.main()
