"""What a lesson needs of the window: every control explained and within reach of the keyboard, presenter mode,
captions, the new-run dialog, undo, layouts and the tour. Real keys and clicks, on the made-up engine.

usage: classroom_test.py FAKE_GROKSCOPE
"""

import os
import sys
import time
import unittest

import window_case
from window_case import WindowCase

PROGRAM = ""


class Keyboard(WindowCase):
    def walk(self, window, limit=160):
        """Presses Tab until the focus is where it was first; the names it stood on, which the log has in their order
        however late a busy machine writes them."""
        start = window.mark()
        for _ in range(limit):
            window.act("key", "Tab")
            names = [line["name"] for line in window.read()[start:] if line["event"] == "focus" and line["name"]]
            if names and names[0] in names[1:]:
                return names[:names.index(names[0], 1)]
        self.fail(f"the focus did not come round: {names}")

    def test_tab_reaches_every_control_and_each_of_them_is_explained(self):
        window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=", "--stencil=0,1")
        window.wait_epoch(300)
        window.pause()
        window.act("mousemove", "--window", window.id, "2", "2")
        names = self.walk(window)
        self.assertNotIn("?", names, "an item without a tooltip")
        latest = {}
        for line in window.read():
            if line["event"] == "control":
                latest[line["name"]] = line
        wanted = {name for name, line in latest.items()
                  if line["enabled"] and not name.startswith(("picture_", "plot_mismatch", "plot_progress"))}
        self.assertGreater(len(wanted), 40)
        self.assertEqual(sorted(wanted - set(names)), [], "out of reach of Tab")

    def test_escape_ends_the_focus_ring(self):
        window = self.open(PROGRAM)
        window.act("key", "Tab")
        self.assertNotEqual(window.last("focus")["name"], "")
        window.act("key", "Escape")
        self.assertEqual(window.last("focus")["name"], "")

    def test_sheets_open_by_their_keys_and_close_by_escape(self):
        window = self.open(PROGRAM)
        for key, close in (("F1", "close_help"), ("F2", "close_info")):
            here = window.mark()
            window.act("key", key)
            window.wait_event("control", name=close)
            window.act("key", "Escape")
            window.act("key", key)
            window.click(close)
            self.assertFalse([line for line in window.read()[here:] if line["event"] == "command"])
        self.assertEqual(window.quit(), 0)

    def test_control_and_a_digit_select_a_run(self):
        window = self.open(PROGRAM, "--start", "--speed=400", "--stencil=", "--stencil=0", "--stencil=1")
        window.wait_epoch(100, run=3)
        for number in (3, 1, 2):
            window.act("key", f"ctrl+{number}")
            window.wait_state("selected", str(number))


class Popovers(WindowCase):
    def test_every_panel_is_explained_behind_its_i(self):
        window = self.open(PROGRAM)
        window.click("tab_progress")
        for name in ("runs", "accuracy", "loss", "progress", "wavetable", "circle"):
            with self.subTest(popover=name):  # one sentence and what to look for, behind each (i)
                window.click("about" + name)
                window.act("key", "Escape")


class Presenter(WindowCase):
    size = "1920x1080"

    def test_type_is_large_curves_are_thick_and_everything_returns(self):
        window = self.open(PROGRAM, "--start", "--speed=2000", "--stencil=", "--stencil=0,1",
                           "--size=1920x1080")
        window.wait_epoch(900)
        window.pause()
        window.act("key", "ctrl+plus")
        window.settle_by_key()
        before = {name: window.last("note", what=name)["value"]
                  for name in ("smallest text", "thinnest curve", "theme")}
        window.settle_by_key()  # the last figures may come after the answer
        rects = window.controls()
        window.act("key", "F5")
        window.act("key", "F5")
        window.settle_by_key()
        after = window.controls()
        self.assertEqual({name: (rect, after.get(name)) for name, rect in rects.items()
                          if after.get(name) != rect}, {})
        here = window.mark()
        window.act("key", "F5")
        window.settle_by_key()
        # Of the circle a room gets the tabs and the picture, without the buttons above it.
        drawn = {line["name"] for line in window.read()[here:] if line["event"] == "control"}
        self.assertLessEqual({"tab_circle", "circle_picture"}, drawn)
        self.assertFalse(drawn & {"circle_strongest", "circle_one", "circle_fourier", "circle_glide"})
        self.assertGreaterEqual(float(window.state("smallest text")), 28)
        self.assertGreaterEqual(float(window.state("thinnest curve")), 3)
        window.wait_state("theme", "light")
        window.wait_state("headline", "It has memorised. It does not understand yet.")
        window.wait_state("sums it was shown", "100 %")
        for name in ("present_wavetable", "present_loss", "present_circle"):
            window.click(name)
        here = window.mark()
        window.act("key", "space")  # every shortcut still works
        window.wait_event("state", since=here, run=1, state="running")
        window.pause()
        window.act("key", "F5")
        window.settle_by_key()
        for name, value in before.items():
            window.wait_state(name, value)

    def test_nothing_leaves_the_window_at_any_size(self):
        for width, height in ((1920, 1080), (1280, 720), (1024, 768)):
            with self.subTest(size=(width, height)):
                window = self.open(PROGRAM, "--start", "--speed=1000", "--stencil=",
                                   f"--size={width}x{height}")
                window.wait_epoch(300)
                window.act("key", "F5")
                window.settle_by_key()
                here = {name: rect for name, rect in window.controls().items()
                        if name.startswith(("present_", "end_", "plot_accuracy"))}
                self.assertGreaterEqual(len(here), 5)
                for name, (x, y, w, h) in here.items():
                    self.assertGreaterEqual(x, 0, name)
                    self.assertGreaterEqual(y, 0, name)
                    self.assertLessEqual(x + w, width + 1, name)
                    self.assertLessEqual(y + h, height + 1, name)
                # Between pixels, the round corners of a card would not meet its ground.
                cards = {line["what"]: line["value"] for line in window.read()
                         if line["event"] == "note" and line["what"].startswith("card ")}
                self.assertGreaterEqual(len(cards), 5)
                for name, edges in cards.items():
                    self.assertEqual([edge for edge in edges.split() if not edge.endswith(".000000")], [], name)
                self.assertEqual(window.quit(), 0)

    def test_a_room_sees_the_epoch_replays_and_compares_before_with_after(self):
        for width, height in ((1920, 1080), (1024, 768)):
            with self.subTest(size=(width, height)):
                window = self.open(PROGRAM, "--start", "--speed=2500", "--stencil=",
                                   f"--size={width}x{height}")
                window.wait_epoch(2000)
                window.pause()
                newest = window.last("progress", run=1)["epoch"]
                window.act("key", "F5")
                window.wait_state("presented_epoch", f"epoch {newest:,}")
                window.drag("timeline", 0.9, 0.1)  # scrubbed back
                held = window.last("cursor")["epoch"]
                self.assertLess(held, newest / 2)
                window.wait_state("presented_epoch", f"epoch {held:,}")
                here = window.mark()
                window.click("present_before_after")
                now = window.wait(lambda line: line["event"] == "note" and line["what"] == "circle_start",
                                  here)["value"].split()
                self.assertEqual(now[now.index("epoch") + 1], "0")
                self.assertNotIn("tab_circle", {line["name"] for line in window.read()[window.mark() - 1:]
                                                if line["event"] == "control"})
                window.click("replay")
                window.wait(lambda line: line["event"] == "cursor" and line["epoch"] > held)
                window.wait(lambda line: line["event"] == "note" and line["what"] == "circle", here)
                after = [line["value"].split() for line in window.read()[here:]
                         if line["event"] == "note" and line["what"] == "circle"]
                self.assertEqual({words[1] for words in after}, {now[1]}, "one frequency in both halves")
                self.assertEqual(window.quit(), 0)


    def check_apart(self, window):
        """What TAKE APART draws lies in its card, nothing on anything else; scrolled when it must be."""
        window.click("tab_apart")
        window.wait_event("control", name="apart_table")
        window.settle_by_key()
        window.click("apart_keys")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "apart" and "W_E" in line["value"])
        window.settle_by_key()
        card = window.controls()["picture_circle"]
        stacked = ("apart_keys", "apart_strip", "apart_head0", "apart_table")

        def edges():
            rects = window.controls()
            return {name: (rects[name][1], rects[name][1] + rects[name][3]) for name in stacked}

        before = edges()
        for above, below in zip(stacked, stacked[1:]):
            self.assertLessEqual(before[above][1], before[below][0] + 1, (above, below))
        bottom = card[1] + card[3]
        self.assertGreaterEqual(before["apart_keys"][0], card[1])
        if before["apart_table"][1] > bottom + 1:
            for _ in range(30):
                window.wheel("inside_scrolled", -1, 0.5, 0.3)
                if edges()["apart_table"][1] <= bottom + 1:
                    break
        after = edges()
        self.assertLessEqual(after["apart_table"][1], bottom + 1, "out of reach")
        self.assertGreaterEqual(after["apart_table"][0], card[1])
        table = window.controls()["apart_table"]
        self.assertLessEqual(table[0] + table[2], card[0] + card[2])
        row = window.controls()["apart_in_embedding"]  # a row of the table: a button, in view by now
        self.assertLess(row[1] + row[3], bottom)
        here = window.mark()
        window.click("apart_in_embedding")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "inspect_asked", since=here)

    def test_take_apart_is_within_reach_at_every_scale(self):
        for size, larger, present in (("1280x800", 3, True), ("1900x1060", 0, True), ("1900x1060", 5, True),
                                      ("1280x800", 3, False), ("1280x720", 0, False), ("1900x1060", 5, False)):
            with self.subTest(size=size, larger=larger, present=present):
                window = self.open(PROGRAM, "--recorded=6001", "--size=" + size)
                window.wait_epoch(6000)
                if present:
                    window.act("key", "F5")
                for _ in range(larger):
                    window.act("key", "ctrl+plus")
                window.settle_by_key()
                if "pictures_tab" in {line["name"] for line in window.read() if line["event"] == "control"} \
                        and not present:
                    window.click("pictures_tab")
                self.check_apart(window)
                self.assertEqual(window.quit(), 0)


class Captions(WindowCase):
    def test_the_caption_names_the_phases_as_they_happen(self):
        window = self.open(PROGRAM, "--speed=3000")
        window.act("key", "4")  # slowly, or a short phase is over before it is drawn
        window.act("key", "space")
        window.wait_state("phase", "Most sums it never saw work. It has not grokked yet.")
        window.act("key", "5")
        window.wait_state("phase", "It has grokked, and has kept it for 1,000 epochs.", limit=90)
        told = [line["value"] for line in window.read()
                if line["event"] == "note" and line["what"] == "phase"]
        order = ["It is learning the sums it is shown by heart.",
                 "It has memorised. It does not understand yet.",
                 "Most sums it never saw work. It has not grokked yet."]
        places = [told.index(sentence) for sentence in order]
        self.assertEqual(places, sorted(places))
        self.assertIn("grokked", told[-1])


class Jump(WindowCase):
    def test_a_run_that_groks_is_announced_once_and_a_click_opens_its_circle(self):
        # The stencil groks long before the baseline, which is selected.
        window = self.open(PROGRAM, "--start", "--speed=2000", "--stencil=", "--stencil=-1,0,1")
        grokked = window.wait_event("mark", run=2, kind="grokked", limit=120)
        words = f"[-1,0,+1] has grokked at {grokked['epoch']:,}"
        window.wait_state("toast", words)
        window.act("key", "space")
        window.click("tab_map")
        window.click("look_inside")
        window.wait_state("selected", "2")
        window.wait_state("toast", "")
        window.wait(lambda line: line["event"] == "control" and line["name"] == "circle_picture")
        window.act("key", "p")  # neither the replay nor a record tells of it again
        window.act("key", "End")
        window.settle_by_key()
        told = [line for line in window.read() if line["event"] == "note" and line["what"] == "toast" and
                line["value"].startswith("[-1,0,+1] has grokked")]
        self.assertEqual(len(told), 1)
        self.assertIn(f"grokked {grokked['epoch']:,}", window.state("events"))

    def test_a_recorded_view_announces_nothing(self):
        window = self.open(PROGRAM, "--recorded=6001")
        window.wait_event("mark", run=1, kind="grokked")
        window.settle_by_key()
        self.assertEqual([line["value"] for line in window.read()
                          if line["event"] == "note" and line["what"] == "toast" and line["value"]], [])

    def test_events_stand_over_the_plots_and_a_click_goes_there(self):
        window = self.open(PROGRAM, "--start", "--speed=2000", "--stencil=-1,0,1", "--stencil=-1")
        marks = {run: window.wait_event("mark", run=run, kind="grokked", limit=120)["epoch"] for run in (1, 2)}
        here = window.mark()
        window.act("key", "space")
        for run in (1, 2):
            window.wait_event("state", since=here, run=run, state="paused")
        for presenting in (False, True):
            with self.subTest(presenting=presenting):
                if presenting:
                    window.act("key", "F5")
                window.act("key", "ctrl+1")
                window.act("key", "End")  # once at an event, a click would go to the next one
                window.act("key", "Home")
                window.settle_by_key()
                words = window.state("events").split(" | ")
                told = sum(1 + (int(word.rsplit(", ", 1)[1].split()[0]) if word.endswith(" more") else 0) for word in words)
                known = {(line["run"], line["kind"]) for line in window.read() if line["event"] == "mark"}
                self.assertEqual(told, len([kind for run, kind in known if run == 1 or kind == "grokked"]),
                                 f"all of the selected run, the grok epoch of the other: {words}")
                plot = window.last("control", name="plot_accuracy")
                for line in window.read():
                    if line["event"] == "control" and line["name"].startswith("eventgrokked"):
                        chip = window.last("control", name=line["name"])
                        self.assertLessEqual(chip["y"] + chip["h"], plot["y"])
                window.click(f"eventgrokked/1/{marks[1]}")
                self.assertEqual(window.last("cursor")["epoch"], marks[1])
        window.act("key", "F5")
        window.click(f"eventgrokked/2/{marks[2]}")
        window.wait_state("selected", "2")
        self.assertEqual(window.last("cursor")["epoch"], marks[2])


class Palette(WindowCase):
    def test_a_few_letters_and_enter_do_anything_and_what_cannot_be_done_says_why(self):
        window = self.open(PROGRAM, "--recorded=3001", "--size=1280x720")
        window.wait_epoch(3000)
        self.assertEqual(window.state("theme"), "dark")
        window.act("key", "ctrl+k")
        window.type("dark")
        window.wait_state("palette", "dark or light")
        window.act("key", "Return")
        window.wait_state("theme", "light")
        window.wait_state("palette", "")
        window.act("key", "ctrl+k")
        window.type("redo")
        window.wait_state("palette", "redo")
        self.assertFalse(window.last("control", name="commandCtrl+Shift+Z")["enabled"])
        window.act("key", "Return")
        self.assertEqual(window.state("palette"), "redo", "it stays, and says why")
        window.act("key", "Escape")
        window.wait_state("palette", "")
        window.act("key", "F5")  # in presenter mode, too
        window.act("key", "ctrl+k")
        window.type("ends this, no such thing")
        window.wait_state("palette", "nothing")
        window.act("key", "Escape")
        window.wait_state("palette", "")

    def test_export_open_seeds_and_layouts_have_controls(self):
        window = self.open(PROGRAM, "--recorded=3001")
        window.wait_epoch(3000)
        for control, shown, close in (("quick_export", "export_save", "export_close"),
                                      ("quick_open", "open_go", "open_close"),
                                      ("quick_seeds", "more_seeds", "close_seeds")):
            with self.subTest(control=control):
                here = window.mark()
                window.click(control)
                window.wait_event("control", since=here, name=shown)
                window.click(close)
        window.click("quick_layouts")
        window.click("commandF7")
        window.wait_state("toast", "Layout: compare.")

    def test_the_toolbars_of_the_pictures_stand_on_one_line_each(self):
        window = self.open(PROGRAM, "--recorded=3001")
        window.wait_epoch(3000)
        window.settle_by_key()
        for names in (("wavetable_ridge", "wavetable_linear", "wavetable_embedding", "wavetable_view"),
                      ("circle_previous", "circle_strongest", "circle_one", "circle_fourier", "circle_glide")):
            with self.subTest(toolbar=names[0]):
                self.assertEqual(len({window.last("control", name=name)["y"] for name in names}), 1)

    def test_a_narrow_window_has_them_in_one_menu(self):
        window = self.open(PROGRAM, "--recorded=3001", "--size=1024x768")
        window.wait_epoch(3000)
        window.click("quick_more")
        here = window.mark()
        window.click("commandCtrl+E")
        window.wait_event("control", since=here, name="export_save")


class RecordedView(WindowCase):
    def test_space_and_the_big_button_replay_and_another_one_trains_on(self):
        window = self.open(PROGRAM, "--recorded=3001")
        window.wait_epoch(3000)
        here = window.mark()
        window.act("key", "space")
        window.wait(lambda line: line["event"] == "cursor" and not line["live"] and line["epoch"] > 50, since=here)
        window.act("key", "space")
        held = window.last("cursor")
        again = window.mark()
        window.click("start")
        window.wait(lambda line: line["event"] == "cursor" and line["epoch"] > held["epoch"], since=again)
        window.click("start")
        self.assertFalse([line for line in window.read()[here:] if line["event"] == "state"], "nothing is trained")
        window.click("train_on")
        window.wait_event("state", since=here, run=1, state="running")
        window.wait_epoch(3050)
        window.act("key", "space")
        window.wait_event("state", since=here, run=1, state="paused")
        here = window.mark()
        window.act("key", "space")  # what was trained here is no recording any more
        window.wait_event("state", since=here, run=1, state="running")


class NewRun(WindowCase):
    def type_into(self, window, field, text):
        window.click(field)
        window.act("key", "ctrl+a")
        window.type(text)
        window.act("key", "Tab")

    def test_the_form_explains_its_ranges_and_refuses_wrong_values(self):
        window = self.open(PROGRAM, "--start", "--speed=400", "--size=1280x720")
        window.wait_epoch(200)
        window.act("key", "ctrl+n")
        self.until(window, "estimate", "as measured on this machine")
        for field, wrong, option in (("field_p", "400", "--p"), ("field_lr", "7", "--lr"),
                                     ("field_decay", "-1", "--weight-decay"),
                                     ("field_frac", "0.99", "--frac"), ("field_width", "0", "--probe-width"),
                                     ("field_lambda", "11", "--stencil-weight"),
                                     ("field_epochs", "0", "--epochs")):
            with self.subTest(field=field):
                self.type_into(window, field, wrong)
                self.assertIn("must lie between", window.state("mistake " + option))
                self.assertFalse(window.last("control", name="form_start")["enabled"])
                window.act("key", "ctrl+n")
                window.act("key", "ctrl+n")
        self.type_into(window, "field_p", "31")
        self.type_into(window, "field_seed", "4")
        window.click("field_offset-3")
        window.click("field_offset+8")
        window.wait_state("mistake --p", "")
        window.settle_by_key()
        self.assertTrue(window.last("control", name="form_start")["enabled"])
        window.click("form_start")
        added = window.wait_event("run_added", stencil="[-3,+8]", seed=4)
        window.wait_state("selected", str(added["run"]))
        window.wait_epoch(0, run=added["run"])
        self.assertEqual(window.quit(), 0)

    def test_escape_in_an_open_list_shuts_only_that(self):
        window = self.open(PROGRAM, "--size=1280x720")
        window.act("key", "ctrl+n")
        window.click("field_preset")
        window.act("key", "Escape")
        self.type_into(window, "field_p", "400")
        self.assertIn("must lie between", window.state("mistake --p"), "the form is still there")
        self.assertEqual(window.quit(), 0)

    def test_escape_starts_nothing(self):
        window = self.open(PROGRAM)
        window.act("key", "ctrl+n")
        window.wait_event("control", name="form_start")
        here = window.mark()
        window.act("key", "Escape")
        window.act("key", "space")
        window.wait_event("command", since=here, command="start_all")
        self.assertFalse([line for line in window.read()[here:] if line.get("command") == "add_run"])


class Undo(WindowCase):
    def test_a_removed_run_returns_with_its_data_and_goes_on(self):
        window = self.open(PROGRAM, "--start", "--speed=400", "--stencil=", "--stencil=0")
        window.wait_epoch(300, run=2)
        window.act("key", "ctrl+2")
        here = window.mark()
        window.act("key", "Delete")
        window.wait_event("state", since=here, run=2, state="paused")
        window.wait_state("selected", "1")
        window.settle_by_key()
        window.pause()
        window.act("key", "ctrl+z")
        window.act("key", "ctrl+2")
        window.wait_state("selected", "2")
        self.assertGreaterEqual(window.last("cursor")["epoch"], 300, "its data are still there")
        here = window.mark()
        window.act("key", "space")
        window.wait_event("state", since=here, run=2, state="running")
        window.act("key", "ctrl+shift+z")
        window.wait_state("selected", "1")

    def test_a_toast_tells_of_the_removal_and_takes_it_back_by_mouse_and_by_keyboard(self):
        window = self.open(PROGRAM, "--start", "--speed=400", "--stencil=", "--stencil=0")
        window.wait_epoch(100, run=2)
        window.pause()
        window.act("key", "ctrl+2")
        for presenting in (False, True):
            with self.subTest(presenting=presenting):
                if presenting:
                    window.act("key", "F5")
                window.act("key", "Delete")
                window.wait_state("toast", "Removed [0].")
                window.wait_state("selected", "1")
                window.click("toast_undo")
                window.wait_state("toast", "")
                window.act("key", "ctrl+2")
                window.wait_state("selected", "2")
        window.act("key", "F5")
        window.act("key", "Delete")
        window.wait_state("toast", "Removed [0].")
        # The last ones of the window; what was clicked before may still be where the ring begins.
        for _ in range(4):
            window.act("key", "shift+Tab")
            if window.last("focus")["name"] == "toast_close":
                break
        self.assertEqual(window.last("focus")["name"], "toast_close")
        window.act("key", "shift+Tab")
        self.assertEqual(window.last("focus")["name"], "toast_undo")
        window.act("key", "Return")
        window.wait_state("toast", "")
        window.wait_state("undo", "0")
        window.act("key", "F7")
        window.wait_state("toast", "Layout: compare.")
        window.act("key", "ctrl+z")  # by its key it takes the toast away, too
        window.wait_state("toast", "")

    def test_names_colours_notes_and_layout_are_taken_back_in_turn(self):
        window = self.open(PROGRAM, "--start", "--speed=1000")
        window.wait_epoch(400)
        window.pause()
        window.click("run_menu1")
        window.type("mine")
        window.act("key", "Return")
        window.wait_state("names", "1=mine")
        window.click("run_menu1")
        window.click("run_color3")
        window.act("key", "Escape")
        window.wait_state("colours", "1=3")
        window.act("key", "a")
        window.type("it waits")
        window.act("key", "Return")
        window.wait(lambda line: line["event"] == "note" and "it waits" in line["value"])
        window.act("key", "ctrl+b")
        window.settle_by_key()
        window.wait_state("undo", "4")
        window.act("key", "ctrl+z")
        window.act("key", "ctrl+z")
        window.wait_state("notes", "")  # on a busy machine a key comes after some frames more
        window.act("key", "ctrl+z")
        window.wait_state("colours", "")
        window.act("key", "ctrl+z")
        window.wait_state("names", "")
        for _ in range(4):
            window.act("key", "ctrl+shift+z")
        window.wait_state("undo", "4")
        window.wait_state("names", "1=mine")
        self.assertIn("it waits", window.state("notes"))


class Views(WindowCase):
    def test_the_x_axis_counts_what_is_asked_for(self):
        window = self.open(PROGRAM, "--start", "--speed=3000", "--stencil=", "--stencil=0,1")
        window.wait_epoch(2600, run=2)
        window.pause()
        newest = window.last("progress", run=1)["epoch"]
        for unit, low in (("time", 0), ("operations", 0), ("since grokking", -1990), ("epochs", 0)):
            with self.subTest(unit=unit):
                window.click("axes")
                window.click("x_unit" + unit)
                window.act("key", "Escape")
                axis = window.axis("accuracy")
                self.assertEqual(axis["x"], window.axis("loss")["x"])
                self.assertAlmostEqual(axis["x"][0], low, delta=1)
                if unit == "operations":
                    self.assertGreater(axis["x"][1], 1.6 * newest)
        window.click("axes")
        window.click("smoothingstrong")
        window.act("key", "Escape")
        window.settle_by_key()
        self.assertEqual(window.quit(), 0)

    def test_runs_are_listed_in_a_chosen_order_that_keys_follow_and_that_is_kept(self):
        settings = "--settings=" + self.folder.name + "/cfg/window.json"
        runs = ("--stencil=0,1", "--stencil=", "--stencil=0")
        window = self.open(PROGRAM, "--start", "--speed=6000", settings, *runs)
        window.wait(lambda line: line["event"] == "mark" and line["run"] == 1 and line["kind"] == "grokked",
                    limit=60)  # the others have far to go
        window.pause()
        window.act("mousemove", "--window", window.id, "2", "2")
        window.wait_state("run_order", "1 2 3")
        window.click("run_order")
        window.click("order_byname")
        window.wait_state("run_order", "2 3 1")
        tops = [window.controls()[f"run{run}"][1] for run in (2, 3, 1)]
        self.assertEqual(tops, sorted(tops))
        window.click("order_byname")  # the other way round
        window.wait_state("run_order", "1 3 2")
        window.act("key", "Escape")
        for number, run in ((1, 1), (2, 3), (3, 2)):
            window.act("key", f"ctrl+{number}")
            window.wait_state("selected", str(run))
        window.act("key", "Prior")  # PgUp
        window.wait_state("selected", "3")
        window.act("key", "ctrl+z")
        window.wait_state("run_order", "2 3 1")
        window.act("key", "ctrl+z")
        window.wait_state("run_order", "1 2 3")
        # By keyboard alone.
        for _ in range(60):
            window.act("key", "Tab")
            if window.last("focus")["name"] == "run_order":
                break
        window.act("key", "Return")
        window.wait_event("control", name="order_bygrok")
        for _ in range(10):
            if window.last("focus")["name"] == "order_bygrok":
                break
            window.act("key", "Down")
        window.act("key", "Return")
        window.wait_state("run_sorting", "grok")
        window.act("key", "Escape")
        window.wait_state("run_order", "1 2 3")  # the first has grokked, the others not
        self.assertEqual(window.quit(), 0)
        again = self.open(PROGRAM, settings, *runs)
        again.wait_state("run_sorting", "grok")

    def test_layouts_differ_are_kept_and_survive_a_restart(self):
        window = self.open(PROGRAM, "--settings=" + self.folder.name + "/cfg/window.json")
        lesson = window.controls()["picture_wavetable"]
        window.act("key", "F8")
        inside = window.controls()["picture_wavetable"]
        self.assertGreater(inside[2], lesson[2] * 1.3)
        window.act("key", "F7")
        compare = window.controls()["picture_wavetable"]
        self.assertLess(compare[2], lesson[2])
        window.act("key", "ctrl+t")
        self.assertEqual(window.quit(), 0)
        again = self.open(PROGRAM, "--settings=" + self.folder.name + "/cfg/window.json")
        self.assertEqual(again.controls()["picture_wavetable"], compare)
        again.wait_state("theme", "light")
        again.act("key", "F6")
        self.assertEqual(again.controls()["picture_wavetable"], lesson)

    def test_a_panel_is_docked_elsewhere_by_mouse_and_by_keyboard_and_put_back(self):
        settings = "--settings=" + self.folder.name + "/cfg/window.json"
        window = self.open(PROGRAM, "--start", "--speed=1000", settings)
        window.wait_epoch(300)
        window.pause()
        names = ("picture_wavetable", "plot_accuracy", "picture_circle")
        before = {name: window.controls()[name] for name in names}
        x, y = window.place("plot_accuracy", 0.4, 0.8)
        window.move("grip_wavetable")
        window.act("mousedown", "1")
        window.act("mousemove", "--window", window.id, str(x + 40), str(y))
        window.act("mousemove", "--window", window.id, str(x), str(y))
        window.act("mouseup", "1")
        window.settle_by_key()
        docked = {name: window.controls()[name] for name in names}
        self.assertGreater(docked["plot_accuracy"][0], before["plot_accuracy"][0] + before["plot_accuracy"][2])
        self.assertLess(docked["picture_wavetable"][0], before["picture_wavetable"][0])
        self.assertEqual(docked["picture_circle"], before["picture_circle"])
        self.assertEqual(window.quit(), 0)

        again = self.open(PROGRAM, settings)  # kept, and put back by a second press of its key
        self.assertEqual(again.controls()["picture_wavetable"], docked["picture_wavetable"])
        again.act("key", "F6")
        again.settle_by_key()
        self.assertEqual(again.controls()["picture_wavetable"], before["picture_wavetable"])
        for _ in range(200):
            again.act("key", "Tab")
            if again.last("focus")["name"] == "grip_inside":
                break
        again.act("key", "Return")
        again.settle_by_key()
        self.assertLess(again.controls()["picture_circle"][0], before["plot_accuracy"][0])
        again.act("key", "Escape")
        again.act("key", "ctrl+z")
        again.settle_by_key()
        self.assertEqual(again.controls()["picture_circle"], before["picture_circle"])

    def test_a_folder_that_cannot_be_written_stops_nothing(self):
        blocked = self.folder.name + "/file"
        with open(blocked, "w", encoding="utf-8") as file:
            file.write("no folder")
        window = self.open(PROGRAM, f"--settings={blocked}/window.json", "--start", "--speed=400")
        window.act("key", "ctrl+t")
        window.wait(lambda line: line["event"] == "note" and line["what"] == "settings" and
                    "cannot be kept" in line["value"])
        window.wait_epoch(200)
        self.assertEqual(window.quit(), 0)

    def test_a_tiny_window_and_every_scale_live(self):
        for size, scale in (("320x200", 1), ("320x200", 3), ("1280x720", 1.5), ("1024x768", 3)):
            with self.subTest(size=size, scale=scale):
                window = self.open(PROGRAM, "--start", "--speed=400", f"--size={size}", f"--scale={scale}")
                window.wait_epoch(100)
                for key in ("F1", "F1", "F2", "F2", "ctrl+n", "ctrl+n", "F5", "F5", "ctrl+b", "ctrl+b"):
                    window.act("key", key)
                self.assertEqual(window.quit(), 0)


class Tour(WindowCase):
    def test_eight_cards_wait_for_the_user_and_start_again(self):
        window = self.open(PROGRAM, "--speed=2500", "--size=1280x720")
        window.click("tour")
        window.wait_state("tour", "1")
        window.act("key", "space")
        window.wait_state("tour", "3", limit=60)  # started and memorised
        window.act("key", "shift+7")
        window.wait_state("tour", "5", limit=60)  # the jump came
        window.act("key", "ctrl+2")
        window.drag("timeline", 0.6, 0.1)
        window.wait_state("tour", "6")
        window.act("key", "End")  # where it has key frequencies
        window.act("key", "F8")
        window.click("tab_apart")
        window.click("apart_keys")
        window.wait_state("tour", "7")
        window.act("key", "c")
        window.wait_state("tour", "8")
        window.act("key", "Escape")
        window.act("key", "t")
        window.click("theory_gate")
        window.act("key", "Escape")
        self.assertEqual(window.state("tour"), "8", "the last card says farewell")
        window.click("tour_next")
        window.wait_state("tour", "none")
        window.act("key", "F1")
        window.click("tour_again")
        window.wait_state("tour", "1")
        window.click("tour_close")
        window.wait_state("tour", "none")


class Guesses(WindowCase):
    def guess(self, window, who, epoch):
        window.click("guess_who")
        window.act("key", "ctrl+a")
        window.type(who)
        window.click("guess_epoch")
        window.act("key", "ctrl+a")
        window.type(str(epoch))
        window.act("key", "Tab")
        window.click("guess_mark")

    def test_students_guess_and_the_nearest_is_named_when_the_jump_has_come(self):
        window = self.open(PROGRAM, "--start", "--speed=2500")
        window.wait_epoch(300)
        window.pause()
        window.click("guess")
        window.wait_state("guesses_say", "Nobody has guessed yet.")
        self.guess(window, "AB", 1500)
        self.guess(window, "CD", 9000)
        window.wait_state("guesses_say", "The jump has not come yet.")
        window.wait_state("guess_flags", "AB 1500;CD 9000;")  # the axis makes room
        self.guess(window, "AB", 1200)  # moves
        window.wait_state("guess_flags", "AB 1200;CD 9000;")
        window.click("guess_removeCD")
        self.guess(window, "EF", 3000)
        window.act("key", "Escape")
        here = window.mark()
        window.act("key", "space")
        grok = window.wait(lambda line: line["event"] == "mark" and line["kind"] == "grokked", here, limit=90)["epoch"]
        window.wait_epoch(grok + 200)
        window.pause()
        window.act("key", "j")
        off = {who: epoch - grok for who, epoch in (("AB", 1200), ("EF", 3000))}
        best = min(off, key=lambda who: abs(off[who]))
        way = "early" if off[best] < 0 else "late"
        window.wait_state("guesses_say", f"It has jumped. Nearest: {best}, {abs(off[best]):,} too {way}.")
        self.assertFalse(window.last("control", name="guess_mark")["enabled"], "too late to guess")
        self.assertIn(f"{best} {grok + off[best]} nearest;", window.state("guess_flags"))
        window.act("key", "Escape")
        here = window.mark()
        window.drag("timeline", 0.9, 0.05)  # looked back at, it has not come yet
        window.wait(lambda line: line["event"] == "cursor" and line["epoch"] < grok, here)
        window.act("key", "j")
        window.wait_state("guesses_say", "The jump has not come yet.")
        window.act("key", "Escape")
        window.act("key", "ctrl+z")
        window.wait_state("guess_flags", "AB 1200;")


class Power(WindowCase):
    def test_a_stable_run_rests_and_can_be_resumed(self):
        window = self.open(PROGRAM, "--start", "--speed=3000")
        window.wait_event("state", run=1, state="paused", limit=90)
        window.wait_state("phase", "It has grokked, and has kept it for 1,000 epochs.")
        window.wait_state("resting", "stable, rests")  # and the card has room for that
        here = window.mark()
        window.act("key", "space")
        window.wait_event("state", since=here, run=1, state="running")
        newest = window.last("progress", run=1)["epoch"]
        window.wait_epoch(newest + 500)  # it is paused once, not for ever
        window.click("replay_rate")
        window.click("auto_stop")

    def test_paused_it_takes_less_than_three_hundredths_of_a_core(self):
        window = self.open(PROGRAM, "--start", "--speed=500", "--stencil=", "--stencil=0,1")
        window.wait_epoch(500)
        window.pause()
        window.act("key", "shift")
        ticks = os.sysconf("SC_CLK_TCK")

        def used():
            with open(f"/proc/{window.process.pid}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / ticks

        time.sleep(1)  # the settling frames
        before = used()
        time.sleep(10)  # the span that is measured
        self.assertLess(used() - before, 0.3)


if __name__ == "__main__":
    window_case.require_tools()
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
