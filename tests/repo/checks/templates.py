"""Every rendered file says who manages it."""

HEADER_VARIABLE = "__gateway_managed_header"
_LINES = 3


def header_findings(templates: dict[str, str], without: dict[str, str]) -> list[str]:
    """Check templates (path to text) for the header, but for those listed in `without` (path to reason)."""
    findings = []
    for path, text in sorted(templates.items()):
        has = HEADER_VARIABLE in "\n".join(text.splitlines()[:_LINES])
        if not has and path not in without:
            findings.append(f"{path}: {{{{ {HEADER_VARIABLE} }}}} is not in the first {_LINES} lines")
        if has and path in without:
            findings.append(f"{path}: has the header, so take it off the list of templates without one")
    findings += [
        f"{path}: is on the list of templates without a header, but there is no such file"
        for path in sorted(without.keys() - templates.keys())
    ]
    return findings + [f"{path}: its reason for having no header is empty" for path in without if not without[path]]


def copy_findings(copies: dict[str, str], header: str) -> list[str]:
    """Check files that are copied as they are: where one writes the header out, it writes this very one."""
    return [
        f"{path}: its first line is not {HEADER_VARIABLE} any more"
        for path, text in sorted(copies.items())
        if text.startswith("# Managed by") and text.partition("\n")[0] != header
    ]
