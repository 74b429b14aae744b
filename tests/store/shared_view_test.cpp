// A view as text: there and back, and what is no view.
#include "engine/store/config_json.h"
#include "engine/store/notebook.h"
#include "engine/store/shared_view.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <string>

namespace grokscope {
namespace {

SharedView some_view() {
    SharedView view;
    view.runs.emplace_back();
    RunConfig second;
    second.p = 97;
    second.seed = 4294967295U;
    second.stencil = Stencil::of({-1, 0, 1});
    second.weight_decay = 0.1;
    view.runs.push_back(second);
    view.selected = 1;
    view.epoch = 1620;
    view.look = R"({"layout":{"left":0.2}})";
    return view;
}

TEST(SharedView, IsOneLineThatGivesEverythingBack) {
    const SharedView view = some_view();
    const std::string text = to_text(view);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_TRUE(text.starts_with(kSharedViewMark));
    const SharedView back = shared_view_from("  " + text + "\r\n");
    EXPECT_EQ(back.runs, view.runs);
    EXPECT_EQ(back.selected, 1U);
    EXPECT_EQ(back.epoch, 1620);
    EXPECT_EQ(back.look, view.look);
    SharedView live = view;
    live.epoch.reset();
    EXPECT_EQ(shared_view_from(to_text(live)).epoch, std::nullopt);
}

TEST(SharedView, SaysWhatIsWrongInOneSentence) {
    const std::string text = to_text(some_view());
    const auto with = [&](const std::string& part, const std::string& instead) {
        std::string changed = text;
        const std::size_t at = changed.find(part);
        EXPECT_NE(at, std::string::npos) << part;
        return changed.replace(at, part.size(), instead);
    };
    for (const auto& [wrong, words] :
         {std::pair<std::string, std::string>{"hello", "does not begin with"},
          {"", "does not begin with"},
          {text.substr(0, text.size() / 2), "was cut off"},
          {std::string(kSharedViewMark) + "[1]", "was cut off"},
          {std::string(kSharedViewMark) + R"({"runs":[],"selected":0})", "names no run"},
          {with(R"("selected":1)", R"("selected":2)"), "the run that it selects is not in it"},
          {with(R"("selected":1)", R"("selected":-1)"), "the run that it selects is not in it"},
          {with(R"("selected":1)", R"("selected":"1")"), "no whole number"},
          {with(R"("epoch":1620)", R"("epoch":-1)"), "none that a run can have"},
          {with(R"("epoch":1620)", R"("epoch":1e12)"), "no whole number"},
          {with(R"("p":97)", R"("p":-97)"), "p"}}) {
        try {
            (void)shared_view_from(wrong);
            ADD_FAILURE() << wrong;
        } catch (const ConfigTextError& error) {
            EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
        }
    }
}

TEST(SharedView, AFileIsOneWhenItsTextIs) {
    const store_test::ScratchFolder folder;
    const std::string text = to_text(some_view());
    store_test::write_file(folder / "a.grokview", text + "\n");
    store_test::write_file(folder / "note.txt", "grok");
    store_test::write_file(folder / "long", std::string(2 << 20, ' ') + text);
    Notebook(folder / "notes.db", Notebook::Access::kReadWrite);
    EXPECT_EQ(shared_view_file(folder / "a.grokview"), text + "\n");
    for (const char* other : {"note.txt", "long", "notes.db", "nothing", "."}) {
        EXPECT_EQ(shared_view_file(folder / other), std::nullopt) << other;
    }
}

} // namespace
} // namespace grokscope
