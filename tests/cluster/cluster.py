#!/usr/bin/python3
"""Several hosts on one machine: network and UTS namespaces, so that each has its own name,
addresses and interfaces, joined by a bridge that has a namespace of its own. Processes, /tmp and
the other files are shared, as if every file system were parallel.

    with cluster.Cluster(hosts=3) as hosts:         # skips (see why_not) where it is not possible
        hosts.run("node01", ["mpirun", "--host", "node01,node02,node03", ...])

Slurm on top of it is in slurm.py. From a shell:

    cluster.py with [--hosts N] [--slurm] -- COMMAND...    up, COMMAND on the first host, down
    cluster.py up   [--hosts N] [--slurm]                  prints its folder, and stays up
    cluster.py on   FOLDER HOST COMMAND...                 COMMAND on one of its hosts
    cluster.py down FOLDER
    cluster.py clean                                       what killed owners left behind

Everything that runs in a cluster is in one of its network namespaces, whoever started it: going
down ends exactly those processes.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # exit status, see SKIP_RETURN_CODE in cmake/script_tests.cmake
PREFIX = "tscollect-cluster-"
TOOLS = ["ip", "nsenter", "unshare", "hostname", "umount"]


def call(*command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: status {done.returncode}: {done.stdout}")
    return done.stdout


def why_not(tools=()):
    """Why there can be no cluster here; empty if there can."""
    if os.geteuid() != 0:
        return "namespaces need root"
    for tool in [*TOOLS, *tools]:
        if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            return f"there is no {tool} here"
    try:
        with Cluster(hosts=1):
            return ""
    except RuntimeError as refusal:
        return f"namespaces are refused: {refusal}"


def skip_unless_possible(tools=()):
    """For the end of a test file: leaves with the status that ctest knows as skipped."""
    reason = why_not(tools)
    if reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)


class Cluster:
    """Hosts node01, node02, … with addresses 10.77.0.1, … and, if asked, more by name."""

    def __init__(self, hosts=3, others=()):
        self.nodes = [f"node{number:02}" for number in range(1, hosts + 1)]
        self.names = [*self.nodes, *others]
        self.user_host = self.names[-1] if others else self.names[0]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self.folder.chmod(0o755)
        self.agent = self.folder / "remote-start"

    # --- up and down ------------------------------------------------------------------------------
    def __enter__(self):
        try:
            return self.up()
        except BaseException:
            self.down()
            raise

    def __exit__(self, *_):
        self.down()

    def up(self):
        clean()
        (self.folder / "names").write_text("\n".join(self.names) + "\n")
        call("ip", "netns", "add", self.network("switch"))
        call("ip", "-n", self.network("switch"), "link", "add", "bridge", "type", "bridge")
        call("ip", "-n", self.network("switch"), "link", "set", "bridge", "up")
        for number, name in enumerate(self.names, start=1):
            self.add_host(number, name)
        self.write_agent()
        return self

    def add_host(self, number, name):
        switch, network = self.network("switch"), self.network(name)
        call("ip", "netns", "add", network)
        call("ip", "-n", switch, "link", "add", f"port{number}", "type", "veth",
             "peer", "name", "eth0", "netns", network)
        call("ip", "-n", switch, "link", "set", f"port{number}", "master", "bridge", "up")
        call("ip", "-n", network, "address", "add", f"{self.address(name)}/24", "dev", "eth0")
        for interface in ("lo", "eth0"):
            call("ip", "-n", network, "link", "set", interface, "up")
        (self.folder / f"{name}.uts").touch()
        call("unshare", f"--uts={self.folder / name}.uts", "hostname", name)

    def write_agent(self):
        """What Open MPI starts its daemons with, instead of ssh. As with ssh, the environment stays
        behind: what the far side is to have must be handed on."""
        kept = " ".join(f"{name}=\"${name}\"" for name in sorted(os.environ)
                        if name.endswith("SAN_OPTIONS"))
        self.agent.write_text(
            "#!/bin/sh\n"
            "host=$1\n"
            "shift\n"
            f"exec env -i PATH=\"$PATH\" HOME=\"$HOME\" {kept} nsenter"
            f" --net=/run/netns/{self.network('$host')} --uts={self.folder}/$host.uts -- "
            "/bin/sh -c \"$*\"\n")
        self.agent.chmod(0o755)

    def down(self):
        take_down(self.folder)

    # --- use --------------------------------------------------------------------------------------
    def network(self, name):
        return f"{self.folder.name}-{name}"

    def address(self, name):
        return f"10.77.0.{self.names.index(name) + 1}"

    def enter(self, host):
        """The start of a command line that runs on `host`."""
        return ["nsenter", f"--net=/run/netns/{self.network(host)}",
                f"--uts={self.folder / host}.uts", "--"]

    def environment(self, **extra):
        """Ours without Open MPI's, Slurm's and tscollect's, and with what mpirun needs here."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("OMPI_", "PMIX_", "PRTE_", "SLURM_", "TSCOLLECT_"))}
        env.update(
            PATH=f"{env['PATH']}:/usr/sbin:/sbin",
            OMPI_ALLOW_RUN_AS_ROOT="1",
            OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
            OMPI_MCA_plm_rsh_agent=str(self.agent),
            OMPI_MCA_btl_vader_single_copy_mechanism="none",
            OMPI_MCA_rmaps_base_oversubscribe="1",
            # The same for Open MPI 5.
            PRTE_MCA_plm_ssh_agent=str(self.agent),
            PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe",
            OMPI_MCA_hwloc_base_binding_policy="none")
        env.update(extra)
        return env

    def start(self, host, command, env=(), **options):
        """A process on `host`, as subprocess.Popen; `env` goes on top of environment()."""
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen([*self.enter(host), *map(str, command)],
                                env=self.environment(**dict(env)), **options)

    def run(self, host, command, env=(), timeout=60, **options):
        """The same to its end: (exit status, words)."""
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.STDOUT)
        process = self.start(host, command, env, text=True, **options)
        try:
            words, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            words, _ = process.communicate()
            raise RuntimeError(f"{command} on {host} took more than {timeout} s: {words}") from None
        return process.returncode, words

    def processes(self, host, word):
        """Ids of the processes on `host` whose command line has an argument that ends in `word`."""
        found = []
        for pid in pids_in(self.network(host)):
            try:
                arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(argument.decode(errors="replace").endswith(word) for argument in arguments):
                found.append(pid)
        return found


def pids_in(network):
    done = subprocess.run(["ip", "netns", "pids", network], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return [int(pid) for pid in done.stdout.split()]


def take_down(folder):
    """Ends what runs in the cluster of that folder, and removes its namespaces and the folder."""
    folder = pathlib.Path(folder)
    networks = [line.split()[0] for line in call("ip", "netns", "list").splitlines()
                if line.startswith(f"{folder.name}-")]
    deadline = time.monotonic() + 10
    while (pids := [pid for network in networks for pid in pids_in(network)]):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if time.monotonic() > deadline:
            raise RuntimeError(f"processes {pids} cannot be ended")
        time.sleep(0.02)
    for network in networks:
        call("ip", "netns", "delete", network)
    for uts in folder.glob("*.uts"):
        subprocess.run(["umount", uts], stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


def clean():
    """Takes down clusters whose owner was killed. Those of `up` have no owner."""
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name[len(PREFIX):].split("-")[0]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}") and not (folder / "stays").exists():
            take_down(folder)


def come_up(words, stays):
    """A cluster as the options in `words` have it."""
    import slurm

    kind = slurm.Slurm if "--slurm" in words else Cluster
    hosts = int(words[words.index("--hosts") + 1]) if "--hosts" in words else 3
    made = kind(hosts=hosts).__enter__()
    if stays:
        (made.folder / "stays").touch()
        (made.folder / "environment").write_text("".join(
            f"export {name}='{value}'\n" for name, value in made.environment().items()
            if name.startswith(("OMPI_", "SLURM_"))))
    return made


def main(action="help", *words):
    if action == "with":
        options, command = words[:words.index("--")], words[words.index("--") + 1:]
        made = come_up(options, stays=False)
        try:
            return made.start(made.user_host, command, stdin=None).wait()
        finally:
            made.down()
    elif action == "up":
        print(come_up(words, stays=True).folder)
    elif action == "on":
        folder, host, *command = words
        os.execvp("nsenter", [
            "nsenter", f"--net=/run/netns/{pathlib.Path(folder).name}-{host}",
            f"--uts={folder}/{host}.uts", "--", "/bin/sh", "-c", '. "$0"; exec "$@"',
            f"{folder}/environment", *command])
    elif action == "down":
        take_down(words[0])
    elif action == "clean":
        clean()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
