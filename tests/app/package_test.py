#!/usr/bin/env python3
"""The Debian package and the manual page, made from a build folder: package_test.py PROGRAM BUILD_FOLDER"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
BUILD = pathlib.Path()


def output(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True,
                          capture_output=True, **options).stdout


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.scratch.name)
        subprocess.run(["cpack", "--config", str(BUILD / "CPackConfig.cmake"), "-B", str(folder)],
                       check=True, stdout=subprocess.DEVNULL)
        (cls.package,) = folder.glob("*.deb")
        cls.root = folder / "root"
        subprocess.run(["dpkg-deb", "-x", str(cls.package), str(cls.root)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def field(self, name):
        return output("dpkg-deb", "-f", self.package, name).strip()

    def test_names_version_and_what_it_needs(self):
        version = output(PROGRAM, "--version").split()[1]
        self.assertEqual(self.field("Package"), "grokscope")
        self.assertEqual(self.field("Version"), version)
        needs = {entry.split()[0].split(":")[0] for entry in self.field("Depends").split(", ")}
        for library in ("libfftw3-single3", "libglfw3", "libsqlite3-0", "libgl1"):
            self.assertIn(library, needs)
        self.assertTrue(any(re.fullmatch(r"libtorch\d+\.\d+", name) for name in needs), needs)
        self.assertNotIn("libgtest-dev", needs)

    def test_holds_everything_and_nothing_of_ours_twice(self):
        files = {str(path.relative_to(self.root)) for path in self.root.rglob("*")
                 if path.is_file()}
        share = "usr/share"
        expected = {"usr/bin/grokscope", "usr/lib/grokscope/libgrokscope-torch.so", f"{share}/man/man1/grokscope.1",
                    f"{share}/bash-completion/completions/grokscope", f"{share}/zsh/site-functions/_grokscope",
                    f"{share}/zsh/vendor-completions/_grokscope",
                    f"{share}/applications/grokscope.desktop",
                    f"{share}/applications/grokscope-view.desktop",
                    f"{share}/mime/packages/grokscope.xml", f"{share}/grokscope/race.db",
                    f"{share}/doc/grokscope/README.md",
                    f"{share}/doc/grokscope/THIRD_PARTY.md", f"{share}/doc/grokscope/copyright"}
        expected |= {f"{share}/icons/hicolor/{size}x{size}/apps/grokscope.png"
                     for size in (48, 128, 256, 512)}
        self.assertEqual(files, expected)

    def test_the_packaged_program_is_the_one_that_was_built(self):
        packaged = self.root / "usr/bin/grokscope"
        self.assertEqual(output(packaged, "--version"), output(PROGRAM, "--version"))
        text = output(packaged, "train", "--p", "23", "--epochs", "11", "--notebook", "none",
                      "--threads", "1")
        self.assertIn("finished: it has trained all 11 epochs", text)

    def test_libtorch_comes_with_the_first_run_alone(self):
        packaged = self.root / "usr/bin/grokscope"
        self.assertNotIn("torch", output("ldd", packaged))
        module = self.root / "usr/lib/grokscope/libgrokscope-torch.so"
        away = module.with_name("away")
        module.rename(away)
        try:
            # Of a build folder the program looks there, too; of an installed one it must not.
            self.assertIn("no runs", output(packaged, "list", env={**os.environ, "GROKSCOPE_NOTEBOOK": "",
                                                                    "XDG_DATA_HOME": self.scratch.name}))
            train = ("train", "--p", "23", "--epochs", "11", "--notebook", "none", "--threads", "1", "--quiet")
            said = subprocess.run([packaged, *train], capture_output=True, text=True)
            self.assertEqual(said.returncode, 1)
            self.assertRegex(said.stderr, r"\Agrokscope: .*libtorch.*libgrokscope-torch.so.*install.*\n\Z")
        finally:
            away.rename(module)

    def test_icons_have_the_size_of_their_folder(self):
        for size in (48, 128, 256, 512):
            data = (self.root / f"usr/share/icons/hicolor/{size}x{size}/apps/grokscope.png").read_bytes()
            self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual((int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")),
                             (size, size))

    def test_desktop_entries_are_valid(self):
        for entry in (self.root / "usr/share/applications").iterdir():
            self.assertEqual(output("desktop-file-validate", entry), "")

    def test_the_file_type_is_told_by_content(self):
        data = pathlib.Path(self.scratch.name) / "data"
        (data / "mime").mkdir(parents=True)
        (data / "mime/packages").symlink_to(self.root / "usr/share/mime/packages")
        subprocess.run(["update-mime-database", str(data / "mime")], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        magic = (data / "mime/magic").read_bytes()
        self.assertIn(b"application/x-grokscope-notebook", magic)
        notebook = pathlib.Path(self.scratch.name) / "some.db"
        output(PROGRAM, "train", "--p", "23", "--epochs", "1", "--threads", "1", "--quiet",
               "--notebook", notebook)
        head = notebook.read_bytes()[:72]
        self.assertEqual(head[:16], b"SQLite format 3\0")
        stated = (self.root / "usr/share/mime/packages/grokscope.xml").read_text()
        (number,) = re.findall(r'big32" value="(0x[0-9A-F]+)" offset="68"', stated)
        self.assertEqual(int.from_bytes(head[68:72], "big"), int(number, 16))

    def test_the_manual_page_has_every_option_and_renders_without_complaint(self):
        page = self.root / "usr/share/man/man1/grokscope.1"
        rendered = subprocess.run(["man", "--warnings=all", "-l", str(page)], text=True, check=True,
                                  capture_output=True,
                                  env=dict(os.environ, MANWIDTH="200", LC_ALL="C.UTF-8"))
        self.assertEqual(rendered.stderr, "")
        text = re.sub(r".\x08", "", rendered.stdout)
        manual = options_in(text)
        commands = re.findall(r"^  ([a-z]+) ", output(PROGRAM, "--help").split("Subcommands:")[1]
                              .split("Examples:")[0], re.M)
        self.assertGreaterEqual(len(commands), 7)
        for command in [[], *([name] for name in commands)]:
            wanted = options_in(output(PROGRAM, *command, "--help"))
            self.assertGreater(len(wanted), 0)
            self.assertEqual(wanted - manual, set(), f"missing from the page: {command}")


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    BUILD = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1])
