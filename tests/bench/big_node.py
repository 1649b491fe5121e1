"""A made-up big node as a tree of /proc and /sys: 256 CPUs, 24 disks of four partitions each, 4 ports of 40
counters, 12 NFS mounts, 8 NUMA nodes; 8 GPUs come from the stand-in for NVML. big_node.py FOLDER."""

import pathlib
import random
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIXTURE = HERE.parent / "fixtures" / "linux-5.14"


def numbers(count, most=10**9):
    return [random.randrange(1, most) for _ in range(count)]


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def stat():
    lines = ["cpu  " + " ".join(map(str, numbers(10)))]
    lines += [f"cpu{i} " + " ".join(map(str, numbers(10))) for i in range(256)]
    lines += ["intr " + " ".join(map(str, numbers(1000, 10**6))), "ctxt 123456789", "btime 1732561234",
              "processes 7654321", "procs_running 129", "procs_blocked 2",
              "softirq " + " ".join(map(str, numbers(11)))]
    return "\n".join(lines) + "\n"


def diskstats():
    lines = []
    for disk in range(24):
        for part in range(5):
            name = f"nvme{disk}n1" + (f"p{part}" if part else "")
            lines.append(f" 259 {disk * 5 + part:>7} {name} " + " ".join(map(str, numbers(17))))
    return "\n".join(lines) + "\n"


def mountstats():
    lines = ["device proc mounted on /proc with fstype proc"]
    for mount in range(12):
        lines += [f"device filer:/export{mount} mounted on /mnt/export{mount} with fstype nfs4 statvers=1.1",
                  "\tevents:\t" + " ".join(map(str, numbers(27))), "\tbytes:\t" + " ".join(map(str, numbers(8))),
                  "\txprt:\ttcp 0 0 2 0 0 " + " ".join(map(str, numbers(8))), "\tper-op statistics"]
        lines += [f"\t{name:>12}: " + " ".join(map(str, numbers(9)))
                  for name in ("READ", "WRITE", "COMMIT", "OPEN", "CLOSE", "GETATTR", "LOOKUP", "ACCESS")]
    return "\n".join(lines) + "\n"


def main(folder):
    random.seed(1)
    shutil.copytree(FIXTURE / "proc", folder / "proc", symlinks=True)
    shutil.copytree(FIXTURE / "sys", folder / "sys", symlinks=True)
    shutil.rmtree(folder / "sys" / "class" / "infiniband")
    shutil.rmtree(folder / "sys" / "class" / "cxi")
    shutil.rmtree(folder / "sys" / "class" / "drm")
    write(folder / "proc/stat", stat())
    write(folder / "proc/diskstats", diskstats())
    write(folder / "proc/self/mountstats", mountstats())
    for port in range(4):
        at = folder / f"sys/class/infiniband/mlx5_{port}/ports/1"
        for counter in range(20):
            write(at / f"counters/port_counter_{counter}", f"{random.randrange(10**12)}\n")
            write(at / f"hw_counters/hw_counter_{counter}", f"{random.randrange(10**9)}\n")
        write(at / "state", "4: ACTIVE\n")
        write(at / "rate", "200 Gb/sec (4X HDR)\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
