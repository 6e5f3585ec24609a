"""Writes js/sdk/contract.js: the shapes of the contract's types, taken from wit/step.wit.

    python3 plugins/languages/js/contract.py            # writes the file
    python3 plugins/languages/js/contract.py --check    # says whether it is as it would be written
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WIT = HERE.parents[2] / "wit" / "step.wit"
OUT = HERE / "sdk" / "contract.js"
# Interfaces whose types a plugin hands to Usher. The other types come from Usher.
FROM_PLUGIN = ("types", "log")

HEAD = """\
// Written by contract.py from step.wit. The shape of each type that a plugin hands to Usher: `[kind, parts]`. A part is
// the name of a type; `type*` is a list of it, `type?` may be null, and `` is nothing.

/** @type {Record<string, ["record" | "variant", Record<string, string>] | ["enum", string[]]>} */
export const TYPES = {
"""


def camel(name: str) -> str:
    return re.sub(r"-(\w)", lambda match: match[1].upper(), name)


def part(text: str) -> str:
    text = text.strip()
    for wit, sign in (("list", "*"), ("option", "?")):
        if match := re.fullmatch(rf"{wit}<(.+)>", text):
            return part(match[1]) + sign
    return text.lstrip("%")


def shapes(wit: str) -> dict[str, str]:
    wit = re.sub(r"//.*|@since\(.*?\)", "", wit)
    found = {}
    for interface, body in re.findall(r"^interface ([\w-]+) \{(.*?)^\}", wit, re.S | re.M):
        if interface not in FROM_PLUGIN:
            continue
        for kind, name, inner in re.findall(r"\b(record|variant|enum) ([\w-]+) \{(.*?)\}", body, re.S):
            items = [item.strip() for item in re.split(r",(?![^<(]*[>)])", inner) if item.strip()]
            if kind == "enum":
                parts = ", ".join(f'"{item}"' for item in items)
                found[name] = f'["enum", [{parts}]]'
                continue
            pairs = []
            for item in items:
                if kind == "record":
                    field, _, text = item.partition(":")
                    pairs.append(f"{camel(field.strip())}: \"{part(text)}\"")
                else:
                    match = re.fullmatch(r"([\w-]+)(?:\((.*)\))?", item, re.S)
                    pairs.append(f"\"{match[1]}\": \"{part(match[2] or '')}\"")
            found[name] = f'["{kind}", {{ {", ".join(pairs)} }}]'
    return found


def main() -> int:
    lines = [f'  "{name}": {shape},\n' for name, shape in shapes(WIT.read_text()).items()]
    text = HEAD + "".join(lines) + "};\n"
    if "--check" in sys.argv:
        if not OUT.exists() or OUT.read_text() != text:
            print(f"{OUT} is not as contract.py writes it: run contract.py", file=sys.stderr)
            return 1
        return 0
    OUT.write_text(text)
    return 0


sys.exit(main())
