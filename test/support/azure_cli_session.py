"""Runs commands of the Azure CLI in one process, which spares the seconds that each would take to start.

Reads a line of JSON, {"args": [...], "env": {...}}, for each command, and answers with one, {"code", "output"}.
"""

import io
import json
import os
import sys

from azure.cli.core import get_default_cli

answers = sys.stdout
sys.stdout = sys.stderr

for line in sys.stdin:
    command = json.loads(line)
    os.environ.update(command["env"])
    output = io.StringIO()
    try:
        code = get_default_cli().invoke(command["args"], out_file=output)
    except SystemExit as ended:
        code = ended.code
    print(json.dumps({"code": code or 0, "output": output.getvalue()}), file=answers, flush=True)
