"""The figures of the card: python evaluation.py PACKAGE docs/evidence/model-head-tissues.json

Puts the rows that the application's evidence command wrote (npm run evidence:model) into PACKAGE/card.json, in place of those
that were there. Nothing else of the card changes. Standard library only.
"""

import argparse
import json


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("package")
    parser.add_argument("evidence")
    options = parser.parse_args()
    path = f"{options.package}/card.json"
    with open(path) as file:
        card = json.load(file)
    with open(options.evidence) as file:
        card["evaluation"] = json.load(file)["card"]
    with open(path, "w") as file:
        json.dump(card, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
