"""What tscollect-run starts the collector with, launcher by launcher; each is a stand-in."""

import json
import os
import subprocess
import unittest

from beside import FAKE, SOURCE, Case

HYDRA = {"FAKE_MPI": "hydra", "TSCOLLECT_RUN_MPIRUN": "mpirun"}
PALS = {"FAKE_MPI": "pals", "TSCOLLECT_RUN_MPIRUN": "mpirun"}


class Launcher(Case):
    def words(self):
        return [word.decode() for word in self.noted("launcher_arguments")[:-1]]

    def value_of(self, option):
        words = self.words()
        return words[words.index(option) + 1]

    def collector_words(self):
        return [word.decode() for word in self.noted("collector_arguments")]

    def variables(self):
        return dict(entry.decode().split("=", 1) for entry in self.noted("launcher_environment")
                    if entry)

    def write_hosts(self, text, name="my hosts"):
        path = self.folder / name
        path.write_text(text)
        return path

    def assert_wrote(self, done):
        self.assertIn("tscollect-run: wrote run.h5 (complete, ", done.stderr)
        self.assertEqual(done.returncode, 0)
        self.assert_nothing_left()

    def printed(self, *options, **environment):
        done = subprocess.run(self.command(options=[*options, "--print-launch"])[:-1],
                              capture_output=True, text=True, cwd=self.folder, check=True,
                              env=self.environment | environment)
        self.assertEqual(self.hidden(), [])
        return done.stdout


class OpenMpi(Launcher):
    def test_one_unbound_rank_on_each_node_that_survives_the_others(self):
        for version in ("openmpi", "openmpi5"):
            with self.subTest(version=version):
                self.output.unlink(missing_ok=True)
                self.assert_wrote(self.run_beside("true", FAKE_MPI=version))
                self.assertEqual(self.words()[:6], ["mpirun", "--map-by", "ppr:1:node", "--bind-to",
                                                    "none", "--enable-recovery"])

    @unittest.skipUnless(os.path.islink("/bin") and os.path.exists("/bin/mpirun"), "/bin is a folder of its own")
    def test_one_in_bin_is_taken_from_where_bin_leads(self):
        # Open MPI would take "/" for its installation, and end.
        self.assertRegex(self.printed(PATH="/bin:/usr/bin"), "(?m)^/usr/bin/mpi")
        self.assertRegex(self.printed(TSCOLLECT_RUN_MPIRUN="/bin/mpirun"), "(?m)^/usr/bin/mpirun ")

    def test_a_host_file_goes_to_mpirun_and_its_hosts_to_the_collector(self):
        hosts = self.write_hosts("# two\nme@n1 slots=4 max_slots=8\nn2:8\n\nn1 slots=1\n")
        self.assert_wrote(self.run_beside(
            "true", options=["--hostfile", hosts, "-i", "1", "--output", self.output]))
        self.assertEqual(self.value_of("--hostfile"), str(hosts))
        self.assertIn("--hosts=n1,n2", self.collector_words())
        self.assertFalse([word for word in self.collector_words() if "hostfile" in word])

    def test_hosts_that_the_user_expects_are_left_alone(self):
        self.run_beside("true", options=["--hostfile", self.write_hosts("n1\n"), "--output",
                                         self.output], TSCOLLECT_HOSTS="started")
        self.assertEqual([w for w in self.collector_words() if w.startswith("--hosts")],
                         ["--hosts=started"])

    def test_options_of_the_users_own_come_last(self):
        self.run_beside("true", TSCOLLECT_RUN_LAUNCHER_OPTIONS="--mca-like --other")
        words = self.words()
        self.assertEqual(words[words.index("--enable-recovery") + 1:][:2],
                         ["--mca-like", "--other"])


class Hydra(Launcher):
    def test_it_is_told_how_many_ranks_and_where(self):
        hosts = self.write_hosts("n1 slots=4\nme@n2:8  # the other\nn1\n")
        self.assert_wrote(self.run_beside(
            "true", options=["--hostfile", hosts, "--output", self.output], **HYDRA))
        self.assertEqual((self.value_of("-ppn"), self.value_of("-n")), ("1", "2"))
        self.assertEqual(self.value_of("-hosts"), "n1,me@n2")
        self.assertNotIn("--enable-recovery", self.words())

    def test_by_itself_it_starts_one_rank_here(self):
        done = self.run_beside("true", **HYDRA)
        self.assert_wrote(done)
        self.assertEqual((self.value_of("-ppn"), self.value_of("-n")), ("1", "1"))

    def test_one_that_is_not_the_collectors_mpi_is_named(self):
        done = self.run_beside("true", **HYDRA)
        self.assertRegex(done.stderr, r"tscollect-mpi was built with openmpi, and \S*mpirun is another")

    def test_one_of_an_unknown_mpi_gets_what_most_take(self):
        self.assert_wrote(self.run_beside("true", FAKE_MPI="other", TSCOLLECT_RUN_MPIRUN="mpirun"))
        self.assertEqual(self.words()[:5], ["mpirun", "-ppn", "1", "-n", "1"])


class Pals(Launcher):
    def test_it_takes_ppn_and_hosts(self):
        hosts = self.write_hosts("n1\nn2\n")
        self.assert_wrote(self.run_beside(
            "true", options=["--hostfile", hosts, "--output", self.output], **PALS))
        self.assertEqual(self.words()[:9], ["mpirun", "-n", "2", "--ppn", "1", "--cpu-bind", "none",
                                            "--hosts", "n1,n2"])


class Slurm(Launcher):
    def test_in_a_job_it_is_srun_and_overlaps(self):
        self.assert_wrote(self.run_beside("true", SLURM_JOB_ID="1", SLURM_JOB_NUM_NODES="3",
                                          SLURM_NTASKS="64"))
        words = self.words()
        self.assertEqual(words[0], "srun")
        for word in ("--overlap", "--mpi=pmix", "--ntasks-per-node=1", "--nodes=3", "--ntasks=3",
                     "--export=ALL", "--cpu-bind=none", "--kill-on-bad-exit=0", "--no-kill",
                     "--disable-status"):
            self.assertIn(word, words)
        self.assertEqual(self.variables()["SLURM_PMIX_FENCE"], "tree")

    def test_a_heterogeneous_job_has_a_part_for_each_component(self):
        line = self.printed("-o", "x.h5", SLURM_JOB_ID="1", SLURM_HET_SIZE="2",
                            SLURM_JOB_NUM_NODES_HET_GROUP_0="1", SLURM_JOB_NUM_NODES_HET_GROUP_1="3")
        words = line.splitlines()[-1].split()
        colon = words.index(":")
        self.assertEqual(words[0], "srun")
        self.assertLess({"--het-group=0", "--nodes=1", "--ntasks=1", "--output=x.h5"},
                        set(words[:colon]))
        self.assertLess({"--het-group=1", "--nodes=3", "--ntasks=3", "--output=x.h5"},
                        set(words[colon:]))

    def test_a_fence_of_the_users_own_stays(self):
        self.run_beside("true", SLURM_JOB_ID="1", SLURM_PMIX_FENCE="ring")
        self.assertEqual(self.variables()["SLURM_PMIX_FENCE"], "ring")

    def test_the_launcher_can_be_chosen(self):
        self.run_beside("true", options=["--launcher=mpirun", "--output", self.output],
                        SLURM_JOB_ID="1")
        self.assertEqual(self.words()[0], "mpirun")

    def test_a_host_file_is_not_for_it(self):
        done = self.run_beside("true", options=["--hostfile", "none", "--output", self.output],
                               SLURM_JOB_ID="1")
        self.assertIn("--hostfile is not used with slurm", done.stderr)


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
        self.assertIn("--hosts=n1,n2", self.collector_words())
        for name in ("OMPI_MCA_plm_rsh_agent", "PRTE_MCA_plm_ssh_agent"):
            self.assertEqual(self.variables()[name], "pbs_tmrsh")
        self.output.unlink()
        self.assert_wrote(self.run_beside("true", **job, **HYDRA))
        self.assertEqual(self.variables()["HYDRA_LAUNCHER_EXEC"], "pbs_tmrsh")
        self.assertEqual(self.value_of("-n"), "2")

    def test_an_mpirun_with_pbs_finds_the_nodes_by_itself(self):
        self.assert_wrote(self.run_beside("true", **self.job(FAKE_PLM="tm")))
        self.assertNotIn("--hostfile", self.words())
        self.assertNotIn("--host", self.words())
        self.assertNotIn("OMPI_MCA_plm_rsh_agent", self.variables())
        self.assertIn("--hosts=n1,n2", self.collector_words())


class Lsf(Launcher):
    def test_the_hosts_come_from_the_file_of_the_job(self):
        hosts = self.write_hosts("hostA\nhostA\nhostB\n")
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", LSB_DJOB_HOSTFILE=str(hosts),
                                          LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertEqual(self.value_of("--hostfile"), str(hosts))
        self.assertIn("--hosts=hostA,hostB", self.collector_words())

    def test_or_from_the_variable(self):
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertEqual(self.value_of("--host"), "hostA,hostB")
        self.output.unlink()
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", LSB_MCPU_HOSTS="hostA 2 hostB 1",
                                          **HYDRA))
        self.assertEqual(self.value_of("-hosts"), "hostA,hostB")

    def test_an_mpirun_with_lsf_finds_them_by_itself(self):
        self.assert_wrote(self.run_beside("true", LSB_JOBID="7", FAKE_PLM="lsf",
                                          LSB_MCPU_HOSTS="hostA 2 hostB 1"))
        self.assertNotIn("--host", self.words())


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
        self.assertIn("--hosts=n1,n2", self.collector_words())


class Files(Launcher):
    """Launchers are files that a site can edit and add to."""

    def write_launcher(self, name, content):
        path = self.folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def test_a_new_one_is_a_file(self):
        self.write_launcher("own.json", json.dumps({
            "order": 1, "found": {"variables": ["OWN_JOB"]},
            "values": {"nodes": ["$OWN_NODES", "1"]},
            "line": ["mpirun", "--nodes={nodes}", {"when": "$OWN_NODES", "words": ["--many"]},
                     {"unless": "$OWN_NODES", "words": ["--few"]}, "{collector}"]}))
        for variables, words in (({"OWN_NODES": "4"}, ["mpirun", "--nodes=4", "--many"]),
                                 ({}, ["mpirun", "--nodes=1", "--few"])):
            self.output.unlink(missing_ok=True)
            self.assert_wrote(self.run_beside("true", OWN_JOB="1", **variables, TSCOLLECT_RUN_LAUNCHERS=str(
                self.folder / "site")))
            self.assertEqual(self.words()[:3], words)

    def test_an_edited_one_takes_the_place_of_ours(self):
        text = (SOURCE / "launch/launchers/mpi/openmpi.json").read_text()
        self.write_launcher("mpi/openmpi.json", text.replace('"none"', '"core"'))
        self.run_beside("true", options=["--launchers", self.folder / "site", "-o", self.output])
        self.assertEqual(self.value_of("--bind-to"), "core")

    def test_a_broken_one_is_named_and_costs_the_collector_and_not_the_command(self):
        self.write_launcher("slurm.json", '{"line": [')
        done = self.run_beside("sh", "-c", "echo ran; exit 7",
                               options=["--launchers", self.folder / "site", "-o", self.output])
        self.assertEqual((done.returncode, done.stdout), (7, "ran\n"))
        self.assertIn("runs without the collector", done.stderr)
        self.assertIn("site/slurm.json", done.stderr)

    def test_print_launch_shows_the_line_and_does_nothing(self):
        line = self.printed("-qo", "q.h5", SLURM_JOB_ID="1", SLURM_JOB_NUM_NODES="3")
        self.assertIn("SLURM_PMIX_FENCE=tree\nsrun --nodes=3 --ntasks=3 ", line)
        self.assertIn(f"{FAKE}/tscollect-mpi --output=q.h5 --quiet=true ", line)
        self.assertEqual(self.events(), [])


if __name__ == "__main__":
    unittest.main()
