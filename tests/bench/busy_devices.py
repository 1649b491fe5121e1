#!/usr/bin/env python3
"""Runs a command where the kernel has many devices, of which one in ten is busy.

    unshare --net busy_devices.py DISKS INTERFACES COMMAND…

DISKS loop devices are added to the machine's (and removed afterwards), of which one in ten reads a
file; INTERFACES are pairs of veth in the network namespace that this is called in, of which one in
ten sends. Needs root. Prints to stderr how many of each there are.
"""

import fcntl
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

LOOP_CTL_ADD, LOOP_CTL_REMOVE = 0x4C80, 0x4C81
LOOP_SET_FD, LOOP_CLR_FD = 0x4C00, 0x4C01
FIRST_LOOP = 100  # those below may be somebody's
PAUSE = 0.02  # seconds from one round of being busy to the next


def lines_of(path):
    return len(pathlib.Path(path).read_text().splitlines())


class Disks:
    """Loop devices, and the busy ones' open files."""

    def __init__(self, count, backing):
        self.numbers = []
        self.busy = []
        self.nodes = []  # files in /dev that are ours, where the kernel makes none
        try:
            with open("/dev/loop-control", "rb") as control:
                for number in range(FIRST_LOOP, FIRST_LOOP + count):
                    fcntl.ioctl(control, LOOP_CTL_ADD, number)
                    self.numbers.append(number)
                    if number % 10 == 0:
                        self.busy.append(self.attach(number, backing))
        except OSError:  # somebody has one of them, for example
            self.remove()
            raise

    def attach(self, number, backing):
        path = f"/dev/loop{number}"
        if not os.path.exists(path):
            os.mknod(path, 0o600 | 0o060000, os.makedev(7, number))
            self.nodes.append(path)
        device = os.open(path, os.O_RDONLY)
        fcntl.ioctl(device, LOOP_SET_FD, backing)
        return device

    def work(self):
        for device in self.busy:
            os.posix_fadvise(device, 0, 0, os.POSIX_FADV_DONTNEED)  # else the page cache answers
            os.pread(device, 4096, 0)

    def remove(self):
        for device in self.busy:
            fcntl.ioctl(device, LOOP_CLR_FD)
            os.close(device)
        with open("/dev/loop-control", "rb") as control:
            for number in self.numbers:
                try:
                    fcntl.ioctl(control, LOOP_CTL_REMOVE, number)
                except OSError as refusal:
                    print(f"loop{number} stays: {refusal.strerror}", file=sys.stderr)
        for path in self.nodes:
            os.unlink(path)


class Interfaces:
    """Pairs of veth, and a raw socket on each busy one."""

    FRAME = bytes.fromhex("ffffffffffff 02000000000a 88b5") + bytes(50)  # a local experiment's type

    def __init__(self, count):
        self.sockets = []
        commands = []
        for pair in range(count // 2):
            commands.append(f"link add a{pair} type veth peer name b{pair}\n"
                            f"link set a{pair} up\nlink set b{pair} up\n")
        subprocess.run(["ip", "-batch", "-"], input="".join(commands), text=True, check=True)
        for pair in range(0, count // 2, 10):
            raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            raw.bind((f"a{pair}", 0))
            self.sockets.append(raw)

    def work(self):
        for raw in self.sockets:
            raw.send(self.FRAME)


def main(disk_count, interface_count, *command):
    interfaces = Interfaces(int(interface_count))
    with tempfile.TemporaryFile() as backing:
        backing.truncate(1 << 20)
        disks = Disks(int(disk_count), backing.fileno())
        done = threading.Event()

        def work():
            while not done.wait(PAUSE):
                disks.work()
                interfaces.work()

        worker = threading.Thread(target=work)
        worker.start()
        try:
            print(f"{lines_of('/proc/diskstats')} block devices, {lines_of('/proc/net/dev') - 2} interfaces",
                  file=sys.stderr)
            return subprocess.run(command).returncode
        finally:
            done.set()
            worker.join()
            disks.remove()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
