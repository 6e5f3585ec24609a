"""All checks of simple-salesforce. CLIENTS_FOLDER is the folder of an org that `prepare.py` prepared."""

from org import checks

for room in ["sign_in", "records", "queries", "metadata", "connect"]:
    print(f"== {room}", flush=True)
    __import__(room)
checks.end()
