"""The Open Job Description template of ``deepdream batch``: ``python -m tools.farm_template`` writes it.

A typed parameter for each setting (template schema 2023-09); one task for each part of the pictures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deepdream_core.settings.dream_settings import SPECS, Spec

PAGE = Path(__file__).resolve().parents[1] / "docs" / "deepdream.openjd.yaml"
HEADER = "# Written by tools/farm_template.py.\n"
# Only with a mask, which a folder of pictures has not.
_UNUSED = ("feather",)
_GROUPS = {"main": "Settings", "more": "More", "fine-tuning": "Fine-tuning"}


def template() -> dict[str, Any]:
    """The whole template as plain values."""
    specs = [spec for spec in SPECS.values() if spec.name not in _UNUSED]
    settings = [argument for spec in specs for argument in _arguments(spec)]
    part = ["--shard", "{{Task.Param.Part}}/{{Param.Parts}}", "--openjd"]
    arguments = ["batch", "{{Param.Input}}", "{{Param.Output}}", *settings, *part]
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "name": "DeepDream",
        "parameterDefinitions": [
            _folder("Input", "IN", "The folder with the pictures"),
            _folder("Output", "OUT", "The folder to write to"),
            {"name": "Parts", "type": "INT", "minValue": 1, "default": 10, "description": "Number of tasks"},
            *(_parameter(spec) for spec in specs),
        ],
        "steps": [
            {
                "name": "Dream",
                "parameterSpace": {
                    "taskParameterDefinitions": [{"name": "Part", "type": "INT", "range": "1-{{Param.Parts}}"}]
                },
                "script": {"actions": {"onRun": {"command": "deepdream", "args": arguments}}},
            }
        ],
    }


def written() -> str:
    """The template as YAML."""
    return HEADER + "\n".join(_lines(template(), "")) + "\n"


def _name(spec: Spec) -> str:
    return "".join(word.capitalize() for word in spec.name.split("_"))


def _arguments(spec: Spec) -> list[str]:
    value = f"{{{{Param.{_name(spec)}}}}}"
    return [value] if spec.value_type is bool else [spec.flag, value]


def _folder(name: str, flow: str, description: str) -> dict[str, Any]:
    interface = {"control": "CHOOSE_DIRECTORY", "label": name}
    kind = {"name": name, "type": "PATH", "objectType": "DIRECTORY", "dataFlow": flow}
    return {**kind, "description": description, "userInterface": interface}


def _parameter(spec: Spec) -> dict[str, Any]:
    if spec.value_type is bool:
        off = f"--no-{spec.flag.removeprefix('--')}"
        typed: dict[str, Any] = {"type": "STRING", "default": spec.flag if spec.default else off}
        typed["allowedValues"] = [spec.flag, off]
    elif spec.value_type is str or spec.words:
        # Numbers with a word beside them, such as "auto", are text here.
        typed = {"type": "STRING", "default": str(spec.default)}
        typed |= {"allowedValues": list(spec.choices)} if spec.choices else {}
    else:
        whole = spec.value_type is int
        low, high = (int(each) if whole else float(each) for each in (spec.low, spec.high))
        typed = {"type": "INT" if whole else "FLOAT", "default": spec.default, "minValue": low, "maxValue": high}
    numeric = typed["type"] in ("INT", "FLOAT")
    control = "SPIN_BOX" if numeric else "DROPDOWN_LIST" if "allowedValues" in typed else "LINE_EDIT"
    interface = {"control": control, "label": spec.label, "groupLabel": _GROUPS[spec.group]}
    return {"name": _name(spec), **typed, "description": spec.help, "userInterface": interface}


def _lines(value: Any, indent: str) -> list[str]:
    """Plain values as lines of YAML; scalars as in JSON, which YAML reads too."""
    if isinstance(value, dict):
        return [line for name, each in value.items() for line in _entry(f"{name}:", each, indent)]
    return [line for each in value for line in _item(each, indent)]


def _entry(name: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, (dict, list)):
        return [indent + name, *_lines(value, indent + "  ")]
    return [f"{indent}{name} {json.dumps(value, ensure_ascii=False)}"]


def _item(value: Any, indent: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{indent}- {json.dumps(value, ensure_ascii=False)}"]
    first, *others = _lines(value, indent + "  ")
    return [f"{indent}- {first.strip()}", *others]


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
