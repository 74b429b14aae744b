"""What bash completes, asked of bash itself: completion_test.py GROKSCOPE."""
import os
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])


def output(*arguments):
    return subprocess.run([PROGRAM, *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def options_in(text):
    """Of --help, its examples left out; the short name of help is not in bash's answer to "--"."""
    text = text.split("Options:\n")[1].split("\nExamples:")[0]
    return set(re.findall(r"^ +(?:-\w,)?(--[a-z][a-z0-9-]*)", text, re.M))


def complete(script, *words):
    """Every word that bash offers in place of the last one."""
    program = (f'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _grokscope; '
               'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "--norc", "-c", program, "bash", script, "grokscope", *words], check=True,
                          capture_output=True, text=True, timeout=60)
    assert done.stderr == "", (words, done.stderr)
    return set(done.stdout.split("\n")) - {""}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("grokscope.bash", "w", encoding="utf-8") as file:
            file.write(output("--completion", "bash"))
        script = os.path.abspath("grokscope.bash")
        listed = output("--help").split("Subcommands:\n")[1].split("\n\n")[0]
        commands = set(re.findall(r"^  ([a-z]+) ", listed, re.M))
        assert {"train", "verify", "rename", "delete"} <= commands
        assert complete(script, "") == commands
        assert complete(script, "ver") == {"verify"}
        for command in sorted(commands):
            offered, wanted = complete(script, command, "--"), options_in(output(command, "--help"))
            assert offered == wanted, (command, offered ^ wanted)
        assert complete(script, "--") == options_in(output("--help"))
        assert complete(script, "train", "--progress-c") == {"--progress-csv"}
        for name in "one.csv", "two.json":
            open(name, "w", encoding="utf-8").close()
        names = {"one.csv", "two.json", "grokscope.bash"}
        assert complete(script, "train", "--csv", "") == names
        assert complete(script, "train", "--csv", "=", "o") == {"one.csv"}
        assert complete(script, "train", "--csv", "=") == names
        assert complete(script, "train", "--seed", "") == set(), "a number is nobody's to guess"
        assert complete(script, "show", "la") == {"last"}
        os.chdir("/")
    print("bash completes every command and option")


main()
