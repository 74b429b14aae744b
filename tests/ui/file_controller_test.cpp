// What the window asks of its files and what it makes of the answers. The test is the file worker.
#include "ui/core/file_controller.h"
#include "ui/core/text.h"
#include "ui/core/view_look.h"

#include "tests/ui/fake_engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

class FileControllerTest : public testing::Test {
protected:
    RunId add(const RunConfig& config, int samples, bool recorded = false) {
        const RunId id = commands.new_run_id();
        EXPECT_TRUE(channels.events.try_push(event::RunAdded{id, config, "made up", recorded}));
        for (int i = 0; i < samples; ++i) {
            EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(id, config, i * 10)));
        }
        EXPECT_TRUE(book.drain(channels));
        view.selected = id;
        return id;
    }
    ActionContext context() { return {book, view, commands}; }
    /// The next request, as the worker sees it.
    std::optional<FileRequest> next() {
        (void)files.update(context(), draw);
        return file_channels.requests.try_pop();
    }
    void reply(std::uint64_t job, FileReplyBody body) {
        ASSERT_TRUE(file_channels.replies.try_push({job, std::move(body)}));
        (void)files.update(context(), draw);
    }
    template <typename Body>
    Body next_as() {
        std::optional<FileRequest> request = next();
        EXPECT_TRUE(request.has_value());
        last_job = request ? request->job : 0;
        return request ? std::get<Body>(request->body) : Body{};
    }

    Channels channels;
    FileChannels file_channels;
    StoreStatus status{"/data/notebook.db", "", 0, 0, {}, {}, {}};
    RunBook book;
    ViewState view;
    CommandSink commands;
    std::uint64_t last_job = 0;
    /// Epochs at which pictures were drawn.
    std::vector<std::int32_t> drawn;
    /// Whether each had a ground.
    std::vector<bool> grounds;
    /// Times that a film's picture is asked for until it is whole.
    int parts = 1;
    int part = 0;
    DrawPicture draw = [this](const ViewState& seen,
                              const PictureWanted& wanted) -> std::optional<Picture> {
        if (wanted.film_frame > 0 && ++part < parts) {
            return std::nullopt;
        }
        part = 0;
        drawn.push_back(seen.cursor.at(-1));
        grounds.push_back(!wanted.transparent);
        Picture picture{4 * wanted.magnification, 2, {}};
        picture.pixels.resize(static_cast<std::size_t>(picture.width) * 8);
        return picture;
    };
    FileController files{
        {.channels = &file_channels,
         .folders = {"/people/me/Documents", "/people/me/Pictures", "/people/me/Videos"},
         .store_status = [this] { return &status; },
         .ask_store = {},
         .offers = {}}};
};

using Files = FileControllerTest;

TEST_F(Files, NamesSayWhatIsInsideAndKeepToPlainLetters) {
    RunConfig config;
    config.stencil = Stencil::of({-1, 0, 1});
    add(config, 3);
    const RunRecord& run = *book.find(*view.selected);
    ExportChoice choice;
    EXPECT_EQ(suggested_name(choice, run, 20), "grokscope--1_0_+1-seed999-epoch20.png");
    choice.picture.panel = "circle";
    EXPECT_EQ(suggested_name(choice, run, 20), "grokscope--1_0_+1-seed999-circle-epoch20.png");
    choice.kind = ExportKind::kCsv;
    EXPECT_EQ(suggested_name(choice, run, 20), "grokscope--1_0_+1-seed999.csv");
    RunRecord branch;
    branch.branch = BranchPoint{"made up", 0};
    branch.namesake = 1;
    EXPECT_EQ(suggested_name(choice, branch, 20), "grokscope-baseline_from_0_2-seed999.csv");
    EXPECT_EQ(caption_of(&branch, 20, "0.1"),
              "Grokscope 0.1   baseline from 0 (2), seed 999   epoch 20");
}

TEST_F(Files, WeightsAreNamedByTheirOwnEpoch) {
    // Figures are those of epoch 20; the weights that are saved are those after it.
    const RunId id = add({}, 3);
    EXPECT_TRUE(channels.events.try_push(event::StateChanged{id, RunState::kPaused, 21, {}}));
    EXPECT_TRUE(book.drain(channels));
    files.choice.kind = ExportKind::kNpz;
    files.show_export(context());
    EXPECT_TRUE(files.choice.path.ends_with("-epoch21.npz")) << files.choice.path;
    view.cursor.hold(10);
    files.suggest_path(context());
    EXPECT_TRUE(files.choice.path.ends_with("-epoch10.npz")) << files.choice.path;
    files.choice.kind = ExportKind::kPicture;
    view.cursor.live = true;
    files.suggest_path(context());
    EXPECT_TRUE(files.choice.path.ends_with("-epoch20.png")) << files.choice.path;
}

TEST_F(Files, PathsFollowTheChoiceUntilTheUserWritesOne) {
    add({}, 3);
    files.show_export(context());
    EXPECT_EQ(files.choice.path, "/people/me/Pictures/grokscope-baseline-seed999-epoch20.png");
    files.choice.kind = ExportKind::kJson;
    files.suggest_path(context());
    EXPECT_EQ(files.choice.path, "/people/me/Documents/grokscope-baseline-seed999.json");
    files.choice.path = "/tmp/mine.json";
    files.choice.path_is_users = true;
    files.suggest_path(context());
    EXPECT_EQ(files.choice.path, "/tmp/mine.json");
}

TEST_F(Files, FiguresCarryEverySampleAndThePlaceOfTheRecord) {
    const RunId run = add({}, 5);
    status.runs = {{run, 12}};
    files.show_export(context());
    files.choice.kind = ExportKind::kCsv;
    files.choice.path = "/tmp/a.csv";
    files.choice.path_is_users = true;
    files.save(context(), draw);
    const auto save = next_as<file_request::SaveFigures>();
    EXPECT_EQ(save.target.path, "/tmp/a.csv");
    EXPECT_FALSE(save.target.overwrite);
    ASSERT_NE(save.record, nullptr);
    ASSERT_EQ(save.record->samples.size(), 5U);
    EXPECT_EQ(save.record->samples[4].test_loss, fake::sample_at(run, {}, 40).test_loss);
    EXPECT_EQ(save.place.file, "/data/notebook.db");
    EXPECT_EQ(save.place.number, 12);
    EXPECT_FALSE(files.export_open);
    reply(last_job, file_reply::Saved{"/tmp/a.csv", "", ""});
    ASSERT_TRUE(files.notice.has_value());
    EXPECT_NE(files.notice->text.find("/tmp/a.csv"), std::string::npos);
    EXPECT_FALSE(files.waiting());
}

TEST_F(Files, APictureMayHaveNoGroundAFilmHasOne) {
    add({}, 5);
    PictureWanted wanted{.panel = kWholeWindow, .magnification = 1, .transparent = true};
    files.save_picture_as(context(), draw, wanted, {"/tmp/a.png", false});
    EXPECT_TRUE(next_as<file_request::SavePicture>().transparent);
    wanted.transparent = false;
    files.save_picture_as(context(), draw, wanted, {"/tmp/b.png", false});
    EXPECT_FALSE(next_as<file_request::SavePicture>().transparent);
    wanted.transparent = true;
    grounds.clear();
    files.begin_film(context(), wanted, {"/tmp/a.mp4", false});
    (void)next_as<file_request::BeginFilm>();
    EXPECT_EQ(grounds, std::vector<bool>{true});
}

TEST_F(Files, TheEndOfAPathNamesTheKind) {
    add({}, 3);
    files.show_export(context());
    files.choice.kind = ExportKind::kPicture;
    files.choice.path = "/tmp/a.json";
    files.choice.path_is_users = true;
    files.save(context(), draw);
    EXPECT_EQ(next_as<file_request::SaveFigures>().format, FigureFormat::kJson);
    files.choice.path = "/tmp/a.unknown";
    files.save(context(), draw);
    EXPECT_EQ(next_as<file_request::SaveFigures>().format, FigureFormat::kJson);
}

TEST_F(Files, EscapeAnswersNoOrTakesTheNoticeAway) {
    add({}, 3);
    EXPECT_FALSE(files.close_topmost());
    files.show_export(context());
    files.save(context(), draw);
    (void)next_as<file_request::SavePicture>();
    reply(last_job, file_reply::Failed{"\"x.png\" exists already.", true});
    files.export_open = true;
    EXPECT_TRUE(files.close_topmost());
    EXPECT_FALSE(files.export_open) << "the dialog is in front";
    EXPECT_NE(files.question(), nullptr);
    EXPECT_TRUE(files.close_topmost());
    EXPECT_EQ(files.question(), nullptr);
    files.notice = FileController::Notice{"saved", {}};
    EXPECT_TRUE(files.close_topmost());
    EXPECT_FALSE(files.notice.has_value());
}

TEST_F(Files, ANoticeGoesByItselfUnlessItIsReadOrHoldsACommand) {
    EXPECT_FALSE(files.let_notice_go(0, true)) << "there is none";
    files.notice = FileController::Notice{"saved", {}};
    EXPECT_FALSE(files.let_notice_go(10, true));
    EXPECT_FALSE(files.let_notice_go(10 + 2 * kNoticeSeconds, true)) << "a film hides it as yet";
    files.notice->drawn = true;
    EXPECT_EQ(files.notice_goes(), kNever) << "its time has not begun";
    EXPECT_FALSE(files.let_notice_go(100, true));
    EXPECT_EQ(files.notice_goes(), 100 + kNoticeSeconds) << "the window has to wake for it";
    EXPECT_FALSE(files.let_notice_go(100 + kNoticeSeconds - 0.1, true));
    files.notice->read = true; // and no frame is drawn meanwhile
    EXPECT_FALSE(files.let_notice_go(100 + 5 * kNoticeSeconds, true));
    files.notice->read = false;
    EXPECT_FALSE(files.let_notice_go(200, true));
    EXPECT_FALSE(files.let_notice_go(200 + 5 * kNoticeSeconds, false)) << "out of sight";
    EXPECT_FALSE(files.let_notice_go(300, true)) << "until it is drawn again";
    files.notice->drawn = true;
    EXPECT_FALSE(files.let_notice_go(300, true));
    EXPECT_TRUE(files.let_notice_go(300 + kNoticeSeconds, true));
    EXPECT_FALSE(files.notice.has_value());
    files.notice = FileController::Notice{"saved", "ffmpeg -i ..."};
    files.notice->drawn = true;
    EXPECT_FALSE(files.let_notice_go(400, true));
    EXPECT_FALSE(files.let_notice_go(400 + 10 * kNoticeSeconds, true));
    EXPECT_TRUE(files.notice.has_value());
}

TEST_F(Files, AQuestionShortensALongPathButNotItsName) {
    add({}, 3);
    files.show_export(context());
    files.choice.kind = ExportKind::kCsv;
    files.choice.path = "/tmp/" + std::string(80, 'x') + "/run.csv";
    files.choice.path_is_users = true;
    files.save(context(), draw);
    (void)next_as<file_request::SaveFigures>();
    reply(last_job, file_reply::Failed{"\"" + files.choice.path + "\" exists already.", true});
    ASSERT_NE(files.question(), nullptr);
    EXPECT_LT(files.question()->size(), 80U);
    EXPECT_TRUE(files.question()->starts_with("\"/tmp/x")) << *files.question();
    EXPECT_TRUE(files.question()->ends_with("\xE2\x80\xA6/run.csv\" exists already."))
        << *files.question();
}

TEST(ShortPath, HoldsSoManyLettersAndTheWholeName) {
    EXPECT_EQ(text::short_path("/tmp/run.csv", 12), "/tmp/run.csv");
    EXPECT_EQ(text::short_path("/data/maps/run.csv", 14), "/data\xE2\x80\xA6/run.csv");
    EXPECT_EQ(text::short_path("abcdefghij", 5), "ab\xE2\x80\xA6ij") << "a name alone";
    EXPECT_EQ(text::short_path("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 3),
              "\xC3\xA4\xE2\x80\xA6\xC3\x9F")
        << "whole letters";
}

TEST_F(Files, WhatExistsIsReplacedOnlyAfterAYes) {
    add({}, 3);
    files.show_export(context());
    files.save(context(), draw);
    (void)next_as<file_request::SavePicture>();
    reply(last_job, file_reply::Failed{"\"x.png\" exists already.", true});
    ASSERT_NE(files.question(), nullptr);
    EXPECT_TRUE(view.banner.empty()) << "a question is no failure";
    files.answer(false);
    EXPECT_EQ(files.question(), nullptr);
    EXPECT_FALSE(next().has_value()) << "no means nothing happens";

    files.save(context(), draw);
    (void)next_as<file_request::SavePicture>();
    reply(last_job, file_reply::Failed{"\"x.png\" exists already.", true});
    files.answer(true);
    EXPECT_TRUE(next_as<file_request::SavePicture>().target.overwrite);
}

TEST_F(Files, AFailureIsABannerAndNothingElse) {
    add({}, 3);
    files.open("/tmp/photo.jpg");
    const auto open = next_as<file_request::Open>();
    EXPECT_EQ(open.notebook, "/data/notebook.db");
    reply(last_job, file_reply::Failed{"\"/tmp/photo.jpg\" is no notebook", false});
    EXPECT_NE(view.banner.find("is no notebook"), std::string::npos);
    EXPECT_TRUE(commands.take_sent().empty()) << "no run is asked for";
    EXPECT_EQ(book.runs().size(), 1U);
}

/// Stands for a recorded run: the window passes it on unread.
std::shared_ptr<const StoredRun> unread() {
    const auto something = std::make_shared<int>(0);
    const void* address = something.get();
    return {something, static_cast<const StoredRun*>(address)};
}

TEST_F(Files, RunsThatThisWindowTrainsAreSelected) {
    const RunId own = add({}, 3);
    status.runs = {{own, 7}};
    add({}, 3);
    files.open("/tmp/share.db");
    (void)next_as<file_request::Open>();
    const OpenedRun held{nullptr, {"/data/notebook.db", 7}};
    reply(last_job, file_reply::Opened{{held}, "1 known already.", false});
    EXPECT_TRUE(commands.take_sent().empty()) << "no run is made of a record that is in use";
    EXPECT_EQ(view.selected, own);
}

TEST_F(Files, OpenedRunsAreAskedForOnceAndSelected) {
    add({}, 3);
    const OpenedRun run{unread(), {"/data/notebook.db", 7}};
    files.open("/tmp/share.db");
    (void)next_as<file_request::Open>();
    reply(last_job, file_reply::Opened{{run}, "1 run taken over", false});
    std::vector<Command> sent = commands.take_sent();
    ASSERT_EQ(sent.size(), 1U);
    const auto& resume = std::get<command::ResumeRun>(sent[0].body);
    EXPECT_FALSE(resume.start) << "looking at a run does not train it";
    EXPECT_EQ(view.selected, resume.run);
    EXPECT_EQ(files.place_of(resume.run).number, 7);
    // It is here now: the same file again only selects it.
    EXPECT_TRUE(channels.events.try_push(event::RunAdded{resume.run, {}, "made up", true}));
    EXPECT_TRUE(book.drain(channels));
    view.selected = book.runs().front()->id;
    files.open("/tmp/share.db");
    (void)next_as<file_request::Open>();
    reply(last_job, file_reply::Opened{{run}, "1 known already", false});
    EXPECT_TRUE(commands.take_sent().empty());
    EXPECT_EQ(view.selected, resume.run);
}

TEST_F(Files, AViewHoldsTheRunsThatAreSeenAndTheCursor) {
    files.copy_view(context());
    ASSERT_TRUE(files.notice.has_value());
    EXPECT_EQ(files.notice->text, text::kNoViewYet);
    EXPECT_FALSE(next().has_value());
    RunConfig hidden;
    hidden.seed = 5;
    view.set_visible(add(hidden, 3), false);
    add({}, 3);
    RunConfig other;
    other.seed = 6;
    add(other, 3);
    view.selected = book.runs()[1]->id;
    view.cursor.hold(10);
    files.copy_view(context());
    const auto copied = next_as<file_request::ShareView>();
    EXPECT_EQ(copied.target.path, "");
    ASSERT_EQ(copied.view.runs.size(), 2U) << "a hidden run stays at home";
    EXPECT_EQ(copied.view.runs[1].seed, 6U);
    EXPECT_EQ(copied.view.selected, 0U);
    EXPECT_EQ(copied.view.epoch, 10);
    reply(last_job, file_reply::Shared{"a line"});
    EXPECT_EQ(files.to_clipboard, "a line");
    files.choice.kind = ExportKind::kView;
    files.show_export(context());
    EXPECT_EQ(files.choice.path,
              "/people/me/Documents/grokscope-baseline-seed999-epoch10.grokview");
    files.save(context(), draw);
    EXPECT_EQ(next_as<file_request::ShareView>().target.path, files.choice.path);
}

TEST_F(Files, ATakenViewUsesWhatIsHereThenWhatIsRecordedAndMakesTheRest) {
    const RunId here = add({}, 3);
    RunConfig recorded;
    recorded.seed = 5;
    RunConfig unknown;
    unknown.seed = 6;
    RunConfig elsewhere;
    elsewhere.seed = 7;
    const RunId away = add(elsewhere, 3);
    files.take_view(context(), "");
    EXPECT_EQ(view.banner, text::kNothingToPaste);
    files.take_view(context(), "some text");
    const auto take = next_as<file_request::TakeView>();
    EXPECT_EQ(take.text, "some text");
    EXPECT_EQ(take.notebook, "/data/notebook.db");
    ViewState there;
    there.settings.smoothing = Smoothing::kStrong;
    file_reply::View answer{{{RunConfig(), recorded, unknown}, 1, 10, look_text(there)}, {}};
    answer.recorded.resize(3);
    answer.recorded[1] = {unread(), {"/data/notebook.db", 7}};
    reply(last_job, std::move(answer));
    std::vector<Command> sent = commands.take_sent();
    ASSERT_EQ(sent.size(), 2U) << "one is here";
    const auto& resume = std::get<command::ResumeRun>(sent[0].body);
    EXPECT_FALSE(resume.start);
    const auto& made = std::get<command::AddRun>(sent[1].body);
    EXPECT_EQ(made.config.seed, 6U);
    EXPECT_FALSE(made.start) << "looking at a view trains nothing";
    EXPECT_EQ(view.settings.smoothing, Smoothing::kOff) << "until all runs are here";
    for (const RunId id : {resume.run, made.run}) {
        EXPECT_TRUE(channels.events.try_push(
            event::RunAdded{id, id == made.run ? unknown : recorded, "made up", id == resume.run}));
    }
    EXPECT_TRUE(book.drain(channels));
    for (const Command& command : sent) {
        commands.acknowledged({command.number, true, {}});
    }
    (void)next();
    EXPECT_EQ(view.selected, resume.run);
    EXPECT_EQ(view.settings.smoothing, Smoothing::kStrong);
    EXPECT_FALSE(view.cursor.live);
    EXPECT_EQ(view.cursor.held_epoch, 10);
    EXPECT_TRUE(view.visible(here));
    EXPECT_FALSE(view.visible(away)) << "the same runs, and no others";
    ASSERT_TRUE(files.notice.has_value());
    EXPECT_EQ(files.notice->text, std::string(text::kViewShown) + " 1" + text::kViewMade);
}

TEST_F(Files, AFilmHasEveryFrameOfTheReplayAndTheLastEpochAtItsEnd) {
    add({}, 100);         // 0..990
    view.replay_rate = 6; // 2,000 epochs per second, 66.7 a frame
    view.auto_slow = false;
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    const auto begin = next_as<file_request::BeginFilm>();
    EXPECT_EQ(begin.width, 4);
    EXPECT_EQ(begin.frames_per_second, 30);
    const int frames = files.film_state()->frames;
    EXPECT_EQ(frames, 16) << "990 epochs in half a second, and the end";
    int seen = 0;
    for (std::optional<FileRequest> request = next(); request; request = next()) {
        EXPECT_EQ(request->job, last_job);
        if (std::holds_alternative<file_request::EndFilm>(request->body)) {
            break;
        }
        ++seen;
        reply(last_job, file_reply::FilmProgress{seen});
    }
    EXPECT_EQ(seen, frames);
    EXPECT_EQ(drawn.front(), 0);
    EXPECT_EQ(drawn[1], 60);
    EXPECT_EQ(drawn.back(), -1) << "live: the last epoch";
    EXPECT_EQ(files.film_state()->written, frames);
    EXPECT_TRUE(view.cursor.live) << "the window's own cursor has not moved";
    reply(last_job, file_reply::Saved{"/tmp/a.mp4", "", ""});
    EXPECT_FALSE(files.busy());
}

TEST_F(Files, AFilmsPictureIsAskedForOnceATurnUntilItIsWholeAndOnlyThenTheNext) {
    add({}, 100); // 0..990
    view.replay_rate = 6;
    view.auto_slow = false;
    parts = 5;
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    const auto turn = [this] { return files.update(context(), draw); };
    for (int i = 1; i < parts; ++i) {
        EXPECT_FALSE(turn()) << "nothing new to show";
        EXPECT_EQ(part, i) << "one part, and the window has its turn";
        EXPECT_FALSE(file_channels.requests.try_pop().has_value());
    }
    (void)next_as<file_request::BeginFilm>();
    EXPECT_EQ(drawn, std::vector<std::int32_t>{0});
    ASSERT_TRUE(file_channels.requests.try_pop().has_value()); // its picture
    EXPECT_EQ(part, 0);
    for (int i = 0; i < 2 * parts; ++i) {
        (void)turn();
    }
    EXPECT_EQ(drawn, (std::vector<std::int32_t>{0, 60, 130})) << "two more in twice as many turns";
}

TEST_F(Files, AFilmThatWaitsForTheWorkerDrawsNothing) {
    add({}, 100);
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    for (int i = 0; i < 100; ++i) { // the worker takes nothing
        (void)files.update(context(), draw);
    }
    EXPECT_LE(drawn.size(), file_channels.requests.capacity() + 1);
}

TEST_F(Files, AFilmCancelledBeforeItsFirstPictureSendsNothing) {
    add({}, 100);
    parts = 5;
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    EXPECT_FALSE(next().has_value());
    files.cancel_film();
    EXPECT_FALSE(files.busy());
    EXPECT_FALSE(next().has_value());
    ASSERT_TRUE(files.notice.has_value());
    EXPECT_NE(files.notice->text.find("cancelled"), std::string::npos);
}

TEST_F(Files, AFilmThatNobodyCouldWatchIsRefused) {
    const RunId run = add({}, 1);
    MetricSample late = fake::sample_at(run, {}, 0);
    late.epoch = 1 << 30; // as a stranger's record may say
    ASSERT_TRUE(channels.metrics.try_push(late));
    ASSERT_TRUE(book.drain(channels));
    view.replay_rate = 0; // 20 epochs per second
    EXPECT_THROW(files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false}),
                 std::runtime_error);
    EXPECT_FALSE(files.busy());
    EXPECT_FALSE(next().has_value());
}

TEST_F(Files, ACancelledFilmEndsWithoutABanner) {
    add({}, 101);
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    (void)next_as<file_request::BeginFilm>();
    (void)next_as<file_request::FilmFrame>();
    files.cancel_film();
    std::optional<FileRequest> request = next();
    while (request && std::holds_alternative<file_request::FilmFrame>(request->body)) {
        request = next(); // drawn before it was cancelled
    }
    ASSERT_TRUE(request.has_value());
    EXPECT_FALSE(std::get<file_request::EndFilm>(request->body).keep);
    last_job = request->job;
    reply(last_job, file_reply::Failed{"The film was cancelled.", false});
    EXPECT_FALSE(files.busy());
    EXPECT_TRUE(view.banner.empty());
}

TEST_F(Files, AFilmInPlaceOfAnotherBeginsAgainFromTheFront) {
    add({}, 101);
    files.begin_film(context(), {kWholeWindow, 1, true}, {"/tmp/a.mp4", false});
    (void)next_as<file_request::BeginFilm>();
    (void)next_as<file_request::FilmFrame>();
    reply(last_job, file_reply::Failed{"\"/tmp/a.mp4\" exists already.", true});
    ASSERT_NE(files.question(), nullptr);
    while (next()) { // frames that were on their way
    }
    drawn.clear();
    files.answer(true);
    EXPECT_TRUE(next_as<file_request::BeginFilm>().target.overwrite);
    (void)next_as<file_request::FilmFrame>();
    EXPECT_EQ(drawn.front(), 0);
}

TEST_F(Files, TheCaptionSaysWhoseAndWhenAndThatItIsARecording) {
    add({}, 3, true);
    const RunRecord* run = book.find(*view.selected);
    EXPECT_EQ(caption_of(run, 20, "0.1"),
              "Grokscope 0.1   baseline, seed 999   epoch 20   RECORDED");
    EXPECT_EQ(caption_of(run, 1234, "0.1"),
              "Grokscope 0.1   baseline, seed 999   epoch 1,234, so far at 20   RECORDED")
        << "the cursor of a longer run: this one was never there";
}

TEST_F(Files, CutOffRunsAreOfferedOneByOne) {
    FileController offering{
        {.channels = &file_channels,
         .folders = {},
         .store_status = {},
         .ask_store = {},
         .offers = {{{"/data/notebook.db", 3}, {}, 120}, {{"/data/notebook.db", 2}, {}, 60}}}};
    ASSERT_NE(offering.offer(), nullptr);
    EXPECT_EQ(offering.offer()->epoch, 120);
    offering.take_offer();
    (void)offering.update(context(), draw);
    const auto request = file_channels.requests.try_pop();
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(std::get<file_request::Resume>(request->body).place.number, 3);
    EXPECT_EQ(offering.offers(), 1U);
    offering.decline_offers();
    EXPECT_EQ(offering.offer(), nullptr);
}

} // namespace
} // namespace grokscope::ui
