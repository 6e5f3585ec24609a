"""All checks of the Salesforce CLI. CLIENTS_FOLDER is the folder of a prepared org, CLIENTS_NODE has node_modules."""

import subprocess
import sys

from cli import ENVIRONMENT, NODE, PATH_OF_CLI, PROJECT, checks, many

# `sf` installs its community plugin at the first use; linking spares the registry.
subprocess.run(
    [f"{NODE}/node_modules/.bin/node", f"{PATH_OF_CLI}/bin/run.js", "plugins", "link", "--no-install"]
    + [f"{NODE}/node_modules/@salesforce/plugin-community"],
    cwd=PROJECT,
    env=ENVIRONMENT,
    check=True,
    capture_output=True,
)
for room in sys.argv[1:] or ["sign_in", "import_sf", "data", "setup"]:
    print(f"== {room}", flush=True)
    __import__(room)
many.end()
checks.end()
