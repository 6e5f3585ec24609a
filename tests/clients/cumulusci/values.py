"""Runs tasks of CumulusCI and prints what they return, as the command line does not: names of tasks → values."""

import json
import sys

from cumulusci.cli.runtime import CliRuntime

runtime = CliRuntime(load_keychain=True)
_name, org = runtime.get_org("practice")
returned = {}
for name in sys.argv[1:]:
    config = runtime.project_config.get_task(name)
    task = config.get_class()(runtime.project_config, config, org_config=org)
    task()
    returned[name] = task.return_values
print(json.dumps(returned, default=str))
