"""The server of these tests: the office's own application, in a process that can be told when to die."""

from __future__ import annotations

import sys

from yingjiu.office.serving import set_up


def main() -> None:
    """Serve at the port that is given, until killed."""
    set_up()
    from waitress.server import create_server  # noqa: PLC0415 - as the office's own command

    from tests.office.behaviour import moments  # noqa: PLC0415 - needs the settings
    from yingjiu.office.wsgi import application  # noqa: PLC0415 - as above

    moments.watch()
    server = create_server(application, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
    print(server.effective_port, flush=True)
    server.run()


main()
