"""Memory after all that has been asked of the desk."""

from itsm.bench import client, cpu, peers
from itsm.bench.metering import pid_of
from itsm.bench.registry import Budget, Row, workload
from itsm.bench.stage import Stage

MIB = "mib"


@workload("memory", "memory", "Memory: web with two processes")
def memory(stage: Stage) -> list[Row]:
    """What is shared counts once (PSS). The worker stands in the note."""
    for _each in range(8):
        connection = client.Connection(stage.port)
        connection.ask(client.request("GET", "/incidents/", stage.headers["page"]))
        connection.close()
    web, worker = (cpu.memory(cpu.family(pid_of(child))) for child in (stage.web, stage.worker))
    row = Row(
        "memory", "Memory: web with two processes", Budget({MIB: 300}, {MIB: 220}), peers.MEMORY, unit="desk", n=1
    )
    row.figures = {MIB: web}
    row.note = f"with a worker of two processes {web + worker:.0f} MiB"
    return [row]
