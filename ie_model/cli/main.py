"""The command ``ie-model``: finds its sub-commands through entry points and imports only the one that is called.

A sub-command is a module with ``HELP`` (one line), ``configure(parser)`` and ``run(arguments) -> int`` (exit status).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

from ie_model import __version__
from ie_model.errors import IEModelError

GROUP = "ie_model.commands"
DONE, SOME_FAILED, WRONG_CALL = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    _use_utf8()
    argv = sys.argv[1:] if argv is None else list(argv)
    commands = {point.name: point for point in entry_points(group=GROUP)}
    arguments = _parse(argv, commands)
    try:
        return arguments.run(arguments)
    except IEModelError as error:
        print(f"ie-model: {error}", file=sys.stderr)
        return WRONG_CALL
    except BrokenPipeError:
        # The reader of our output went away (`ie-model … | head`): not an error, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("ie-model: interrupted", file=sys.stderr)
        return 130


def _parse(argv: Sequence[str], commands: dict[str, EntryPoint]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="ie-model", description="Figures out of Vietnamese reports and news, as rows that can be computed with."
    )
    parser.add_argument("--version", action="version", version=f"ie-model {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    called = next((word for word in argv if not word.startswith("-")), None)
    for name, point in sorted(commands.items()):
        if called not in (None, name):
            continue
        module = point.load()
        subparser = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.configure(subparser)
        subparser.set_defaults(run=module.run)
    if called is not None and called not in commands:
        parser.error(f"no command {called!r} (choose from {', '.join(sorted(commands))})")
    return parser.parse_args(argv)


def _use_utf8() -> None:
    """Standard streams in UTF-8 with plain line ends, whatever the locale or code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
