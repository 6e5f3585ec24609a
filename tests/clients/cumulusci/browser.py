"""Stands in for a person at a browser: opens the page that CumulusCI shows and allows the app."""

import ssl
import sys
import urllib.request

from checks import ADMIN, AUTHORITY
from urllib.parse import quote

context = ssl.create_default_context(cafile=AUTHORITY)
address = sys.argv[1].replace(" ", "%20")
with urllib.request.urlopen(f"{address}&practice_user={quote(ADMIN)}&practice_answer=allow", context=context) as answer:
    answer.read()
