"""A throwaway PostgreSQL cluster that ends with the process that started it; for tests and for measuring."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parts[-2]), reverse=True)
"""Where Debian keeps the server's programs, newest first; they are not on the PATH."""

START_SECONDS = 60


def postgresql_program(name):
    for folder in PROGRAMS:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(
            f"{name} was not found: PostgreSQL's server is needed. Install the Debian package `postgresql`."
        )
    return found


def as_server_user(command):
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return command
    for switch in (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"],
        ["runuser", "-u", "postgres", "--"],
    ):
        if shutil.which(switch[0]):
            return [*switch, *command]
    return ["su", "postgres", "-s", "/bin/sh", "-c", 'exec "$0" "$@"', "--", *command]


class Cluster:
    """One PostgreSQL server on a socket in a folder of its own.

    Its supervising shell reads from a pipe that only we hold: when this process ends, however it ends, the pipe
    closes, the shell stops the server and removes the folder.

    Without `durable` it writes nothing through to the disk, which tests do not need and measuring does.
    """

    def __init__(self, *, durable=False):
        self.folder = Path(tempfile.mkdtemp(prefix="declaration-pg-"))
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = self.folder / "data"
        subprocess.run(
            as_server_user(
                [
                    postgresql_program("initdb"),
                    *("--pgdata", str(data), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"),
                    *("--locale", "C.UTF-8", "--no-sync"),
                ]
            ),
            check=True,
            capture_output=True,
            cwd="/",
        )
        server = [postgresql_program("postgres"), "-D", str(data), "-k", str(self.folder), "-h", ""]
        careless = () if durable else ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
        for setting in (*careless, "max_connections=200"):
            server += ["-c", setting]
        stop = 'kill -INT "$(head -n 1 "$0/data/postmaster.pid")"'
        supervise = f'"$@" >"$0/log" 2>&1 & read -r _; {stop}; wait; rm -rf "$0"'
        self.supervisor = subprocess.Popen(
            ["/bin/sh", "-c", supervise, str(self.folder), *as_server_user(server)],
            stdin=subprocess.PIPE,
            cwd="/",
            start_new_session=True,  # an interrupt of the tests must not end the shell before it has cleaned up
        )
        self._await()

    def url(self, database):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement):
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, name):
        with psycopg.connect(self.url("postgres")) as connection:
            version = connection.info.server_version
        # words sort by language rules there, so that a test notices code that relies on the order of bytes
        rules = " STRATEGY file_copy LOCALE_PROVIDER icu ICU_LOCALE 'und'" if version >= 150000 else ""
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0{rules}")

    def stop(self):
        self.supervisor.stdin.close()
        self.supervisor.wait(timeout=START_SECONDS)

    def _await(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
