"""Scans a file for weak spots, with checkers that are found as entry points by a library."""

WHEELS = ("bandit==1.9.4", "stevedore==5.10.0")


def run() -> str:
    from bandit.core import config, manager

    with open("bad.py", "w") as f:
        f.write("import pickle\nexec('1')\nassert 1\npassword = 'abc'\n")
    m = manager.BanditManager(config.BanditConfig(), "file")
    m.discover_files(["bad.py"])
    m.run_tests()
    out = [f"{i.test_id} {i.lineno} {i.severity}" for i in m.get_issue_list()]
    return "\n".join(out)
