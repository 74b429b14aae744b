// Figures of instruments: how the window keeps readings, which figures share an axis, and what it
// asks of the laboratory.
#include "tests/ui/fake_laboratory.h"
#include "ui/core/actions.h"
#include "ui/core/challengers.h"
#include "ui/core/claims.h"
#include "ui/core/figure_choice.h"
#include "ui/core/lab_controller.h"
#include "ui/core/run_book.h"
#include "ui/plots/figure_curves.h"
#include "ui/plots/smoothed_curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{1};

struct Reads {
    Channels channels;
    RunBook book;

    explicit Reads(const RunConfig& config = {}) {
        EXPECT_TRUE(channels.events.try_push(event::RunAdded{kRun, config, "made up"}));
        (void)book.drain(channels);
    }
    static Reading reading(int epoch, double value, const std::string& instrument = "ildr",
                           std::uint32_t life = 0) {
        Reading reading;
        reading.run = kRun;
        reading.epoch = epoch;
        reading.instrument = instrument;
        reading.life = life;
        reading.figures = {{instrument == "ildr" ? "ildr" : "commutator_defect", {value}}};
        return reading;
    }
    void live(int epoch, double value, const std::string& instrument = "ildr",
              std::uint32_t life = 0) {
        EXPECT_TRUE(channels.laboratory.readings.try_push(reading(epoch, value, instrument, life)));
    }
    void replayed(int epoch, double value) {
        EXPECT_TRUE(channels.readings.try_push(reading(epoch, value)));
    }
    void alarms(std::vector<event::Mark> marks, std::uint32_t life = 0) {
        EXPECT_TRUE(channels.laboratory.alarms.try_push(RunAlarms{kRun, std::move(marks), life}));
    }
    const RunRecord& run() {
        (void)book.drain(channels);
        return *book.find(kRun);
    }
};

OfferedFigure figure_of(const std::string& id) {
    for (const InstrumentSpec* const instrument : offered_instruments(RunBook())) {
        if (const FigureSpec* figure = find_figure(*instrument, id)) {
            return {instrument, figure};
        }
    }
    ADD_FAILURE() << "no figure " << id;
    return {};
}

std::vector<double> numbers(std::span<const double> values) {
    return {values.begin(), values.end()};
}

TEST(RunBook, KeepsReadingsByEpochWhateverTheirOrderAndWay) {
    Reads reads;
    reads.live(300, 3);
    reads.live(100, 1);
    reads.live(300, 9, "commutator");
    reads.replayed(200, 2);
    const RunRecord& run = reads.run();
    ASSERT_EQ(run.readings.size(), 2U);
    const std::vector<Reading>& rows = run.readings.find("ildr")->second.rows;
    ASSERT_EQ(rows.size(), 3U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].epoch, 100 * (static_cast<int>(i) + 1));
        EXPECT_EQ(rows[i].number("ildr"), static_cast<double>(i + 1));
    }
    EXPECT_EQ(run.readings.find("commutator")->second.rows.size(), 1U);
    EXPECT_EQ(run.reading_at("ildr", 99), nullptr);
    EXPECT_EQ(run.reading_at("ildr", 299)->epoch, 200);
    EXPECT_EQ(run.reading_at("ngd", 299), nullptr);
}

TEST(RunBook, AReadingOfTheSameEpochTakesTheOldOnesPlace) {
    Reads reads;
    reads.live(0, 1);
    reads.live(100, 2);
    FigureCurves curves;
    EXPECT_EQ(numbers(curves.of(reads.run(), figure_of("ildr")).y()), (std::vector<double>{1, 2}));
    reads.live(0, 7);
    const Series& curve = curves.of(reads.run(), figure_of("ildr"));
    EXPECT_EQ(numbers(curve.x()), (std::vector<double>{0, 100}));
    EXPECT_EQ(numbers(curve.y()), (std::vector<double>{7, 2}));
}

TEST(RunBook, ReadingsOfAnotherLifeAreLeftOut) {
    Reads reads;
    reads.live(100, 1);
    (void)reads.run();
    ASSERT_TRUE(reads.channels.events.try_push(event::RunReset{kRun, 1}));
    reads.live(200, 2);
    reads.live(0, 5, "ildr", 1);
    const RunRecord& run = reads.run();
    const std::vector<Reading>& rows = run.readings.find("ildr")->second.rows;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().number("ildr"), 5);
    reads.alarms({{kRun, MarkKind::kSeparationAlarm, 700}}, 0);
    EXPECT_TRUE(reads.run().marks.empty()) << "an alarm of the life before";
}

TEST(RunBook, AlarmsTakeThePlaceOfThoseBeforeAndOfNothingElse) {
    Reads reads;
    ASSERT_TRUE(reads.channels.events.try_push(event::Mark{kRun, MarkKind::kMemorised, 200}));
    reads.alarms({{kRun, MarkKind::kSeparationAlarm, 900},
                  {kRun, MarkKind::kCommutatorAlarm, 1000},
                  {kRun, MarkKind::kGrokked, 1}});
    EXPECT_EQ(reads.run().mark(MarkKind::kSeparationAlarm), 900);
    EXPECT_EQ(reads.run().mark(MarkKind::kGrokked), std::nullopt) << "no alarm";
    reads.alarms({{kRun, MarkKind::kSeparationAlarm, 850}});
    EXPECT_EQ(reads.run().mark(MarkKind::kSeparationAlarm), 850);
    EXPECT_EQ(reads.run().mark(MarkKind::kCommutatorAlarm), std::nullopt);
    EXPECT_EQ(reads.run().mark(MarkKind::kMemorised), 200);
    EXPECT_EQ(reads.run().marks.size(), 2U);
}

TEST(RunBook, WhatMeasuresARunIsNoPartOfItsIdentity) {
    Reads reads;
    MeasurePlan plan;
    plan.set("ildr", 100);
    ASSERT_TRUE(reads.channels.events.try_push(event::MeasuresSet{kRun, plan}));
    EXPECT_EQ(reads.run().config.measure, plan);
    EXPECT_EQ(reads.book.find_equal(RunConfig{}), &reads.run());
    RunConfig other;
    other.seed = 5;
    EXPECT_EQ(reads.book.find_equal(other), nullptr);
}

TEST(FigureCurves, GoOnWhereTheyWereAndHaveGapsWhereAFigureIsMissing) {
    Reads reads;
    reads.live(0, 1);
    Reading without = Reads::reading(100, 0);
    without.figures.clear();
    ASSERT_TRUE(reads.channels.laboratory.readings.try_push(std::move(without)));
    FigureCurves curves;
    SmoothedCurves smooth;
    const Series& curve = curves.of(reads.run(), figure_of("ildr"));
    (void)smooth.of(Smoothing::kLight, reads.run(), curve, false);
    reads.live(200, 3);
    EXPECT_EQ(&curves.of(reads.run(), figure_of("ildr")), &curve) << "whoever holds it";
    ASSERT_EQ(curve.size(), 3U);
    EXPECT_TRUE(std::isnan(curve.y()[1]));
    EXPECT_EQ(curve.y()[2], 3);
    reads.live(50, 100); // out of order: nothing that was made of the curve holds any more
    (void)curves.of(reads.run(), figure_of("ildr"));
    const Series* smoothed = smooth.of(Smoothing::kLight, reads.run(), curve, false);
    ASSERT_EQ(smoothed->size(), 4U);
    EXPECT_EQ(smoothed->x()[1], 50);
    EXPECT_GT(smoothed->y()[1], 10);
}

TEST(FigureCurves, TheTrainersRowsAreReadingsToo) {
    Reads reads;
    ProgressRow row;
    row.run = kRun;
    row.epoch = 50;
    row.order = 113;
    row.gini_W_E = 0.25;
    ASSERT_TRUE(reads.channels.progress.try_push(std::move(row)));
    FigureCurves curves;
    const Series& curve = curves.of(reads.run(), figure_of("gini_W_E"));
    ASSERT_EQ(curve.size(), 1U);
    EXPECT_EQ(curve.x()[0], 50);
    EXPECT_EQ(curve.y()[0], 0.25);
    EXPECT_EQ(reading_at(reads.run(), figure_of("gini_W_E"), 60).number("gini_W_E"), 0.25);
    EXPECT_EQ(reading_at(reads.run(), figure_of("gini_W_E"), 40).epoch, -1);
}

// ------------------------------------------------------------------------------ menu and axes

struct Made {
    explicit Made(std::initializer_list<FigureSpec> specs) {
        instrument.id = "made_up";
        instrument.figures = specs;
        for (const FigureSpec& figure : instrument.figures) {
            figures.push_back({&instrument, &figure});
        }
    }
    InstrumentSpec instrument;
    std::vector<OfferedFigure> figures;
};

FigureSpec spec(const std::string& id, const std::string& unit, bool logarithmic,
                FigureAxis axis = FigureAxis::kNone) {
    return {.id = id,
            .label = id,
            .unit = unit,
            .sentence = "Made up.",
            .axis = axis,
            .logarithmic = logarithmic};
}

TEST(FigureAxes, AreSharedByUnitAndScale) {
    const Made made{spec("a", "nats", true), spec("b", "", false), spec("c", "nats", true),
                    spec("d", "nats", false)};
    const FigureAxes axes = share_axes(made.figures);
    ASSERT_EQ(axes.groups.size(), 3U);
    EXPECT_EQ(axes.groups[0].figures, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(axes.groups[1].figures, (std::vector<std::size_t>{1}));
    EXPECT_EQ(axes.groups[2].figures, (std::vector<std::size_t>{3})) << "linear nats";
    EXPECT_TRUE(axes.left_out.empty());
    EXPECT_EQ(left_out_sentence(made.figures, axes), "");
}

TEST(FigureAxes, WhatNoAxisIsLeftForIsSaidAndNotDrawnOnAnothers) {
    const Made made{spec("a", "nats", true), spec("b", "", false), spec("c", "neurons", false),
                    spec("d", "bits", false), spec("e", "nats", true)};
    const FigureAxes axes = share_axes(made.figures);
    ASSERT_EQ(axes.groups.size(), kMostFigureAxes);
    EXPECT_EQ(axes.left_out, (std::vector<std::size_t>{3}));
    EXPECT_EQ(axes.groups[0].figures, (std::vector<std::size_t>{0, 4})) << "it shares the first";
    EXPECT_EQ(left_out_sentence(made.figures, axes),
              "Not drawn: d. A plot has three value axes, and each unit and scale takes one.");
}

TEST(FigureChoice, SevenAtMostAndAMapAlone) {
    const Made made{
        spec("a", "", true), spec("b", "", true), spec("c", "", true),
        spec("d", "", true), spec("e", "", true), spec("f", "", true),
        spec("g", "", true), spec("h", "", true), spec("map", "", true, FigureAxis::kFrequency)};
    const std::vector<const InstrumentSpec*> offered{&made.instrument};
    FigureChoice choice;
    const auto toggle = [&](std::size_t place) {
        toggle_figure(choice, made.figures[place], chosen_figures(offered, choice));
    };
    for (std::size_t place = 0; place < 8; ++place) {
        toggle(place);
    }
    EXPECT_EQ(choice.ids, (std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g"}));
    toggle(8);
    EXPECT_EQ(choice.ids, std::vector<std::string>{"map"});
    toggle(1);
    EXPECT_EQ(choice.ids, std::vector<std::string>{"b"});
    toggle(1);
    EXPECT_TRUE(choice.ids.empty());
}

TEST(FigureChoice, OffersTheTrainersFiguresTheInstrumentsAndThoseThatARecordBrings) {
    Reads reads;
    auto others = std::make_shared<std::vector<InstrumentSpec>>();
    others->push_back(
        {.id = "old", .label = "old one", .sentence = "", .figures = {}, .alarms = {}});
    others->back().figures.push_back(spec("old_figure", "m", false));
    others->push_back(instruments().front());
    ASSERT_TRUE(reads.channels.events.try_push(
        event::RunAdded{RunId{2}, {}, "made up", true, std::nullopt, others}));
    (void)reads.run();
    const auto offered = offered_instruments(reads.book);
    ASSERT_EQ(offered.size(), instruments().size() + 2);
    EXPECT_EQ(offered.front(), &progress_instrument());
    EXPECT_EQ(offered.back()->id, "old");
    FigureChoice choice{{"old_figure", "unheard_of", "ildr"}};
    const auto chosen = chosen_figures(offered, choice);
    ASSERT_EQ(chosen.size(), 2U);
    EXPECT_EQ(chosen[0].figure->id, "old_figure");
    EXPECT_EQ(chosen[1].figure->id, "ildr");
    EXPECT_EQ(figure_name(*chosen[0].figure), "old_figure (m)");
    FigureSpec counted = spec("dead", "neurons", false);
    counted.label = "dead neurons";
    EXPECT_EQ(figure_name(counted), "dead neurons") << "the unit is said already";
    EXPECT_EQ(about_figure(*chosen[0].figure),
              "old_figure, in m. Made up. Drawn on a linear axis.");
}

TEST(FigureChoice, EveryFigureOfThisVersionHasANameOfItsOwn) {
    std::vector<std::string> ids;
    for (const InstrumentSpec* const instrument : offered_instruments(RunBook())) {
        for (const FigureSpec& figure : instrument->figures) {
            ids.push_back(figure.id);
            EXPECT_FALSE(figure.label.empty()) << figure.id;
            EXPECT_TRUE(figure.sentence.ends_with('.')) << figure.id;
        }
    }
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

// --------------------------------------------------------------------------------- laboratory

TEST(LabController, KeepsWhatDoesNotFitAndHandsItOverLater) {
    LaboratoryChannels channels;
    LabController context;
    for (int every = 1; every <= 20; ++every) {
        context.measure_record(kRun, "ildr", every);
    }
    context.flush(channels);
    std::vector<std::string> got;
    const auto take = [&] {
        while (auto request = channels.requests.try_pop()) {
            got.push_back(std::get<lab_request::MeasureRecord>(*request).plan.text());
        }
    };
    take();
    EXPECT_EQ(got.size(), 16U);
    context.flush(channels);
    take();
    ASSERT_EQ(got.size(), 20U);
    EXPECT_EQ(got.front(), "ildr:1");
    EXPECT_EQ(got.back(), "ildr:20");
}

TEST(LabController, TellsHowLongARecordTakes) {
    LaboratoryChannels channels;
    LabController context;
    EXPECT_FALSE(context.present());
    const auto tell = [&](std::int64_t done, double now) {
        LaboratoryStatus status;
        status.whole_run = kRun;
        status.whole_done = done;
        status.whole_of = 100;
        channels.status.publish(status);
        EXPECT_TRUE(context.take(channels, now));
    };
    tell(20, 5);
    EXPECT_TRUE(context.present());
    EXPECT_TRUE(context.measuring());
    EXPECT_EQ(context.seconds_left(), std::nullopt) << "no speed is known yet";
    tell(30, 7);
    EXPECT_DOUBLE_EQ(context.seconds_left().value(), 14) << "70 readings at 5 each second";
    LaboratoryStatus done;
    channels.status.publish(done);
    EXPECT_TRUE(context.take(channels, 8));
    EXPECT_FALSE(context.measuring());
    EXPECT_FALSE(context.take(channels, 9)) << "nothing new";
}

TEST(LabController, ExactWeightsTakeWhatTheModelHas) {
    EXPECT_EQ(exact_weight_bytes(RunConfig{}), 906'752); // 226,688 parameters
}

TEST(Claims, AnInstrumentsLagIsOneOfSix) {
    Facts facts;
    EXPECT_STREQ(claim(Place::kLag, facts).words, "off");
    facts.measured = true;
    EXPECT_STREQ(claim(Place::kLag, facts).words, "no reading yet");
    facts.has_reading = true;
    EXPECT_STREQ(claim(Place::kLag, facts).words, "up to date");
    facts.waiting = 1;
    EXPECT_STREQ(claim(Place::kLag, facts).words, " reading behind");
    facts.waiting = 12;
    EXPECT_STREQ(claim(Place::kLag, facts).words, " readings behind");
    facts.refused = 3;
    EXPECT_STREQ(claim(Place::kLag, facts).words, "waits for exact weights");
}

TEST(Claims, AnEmptyPlotOfFiguresSaysWhatBringsOne) {
    const auto said = [](const Facts& facts) {
        return std::string(claim(Place::kEmptyFigures, facts).words);
    };
    Facts facts;
    EXPECT_NE(said(facts).find("switch it on in the Laboratory"), std::string::npos);
    facts.of_trainer = true;
    EXPECT_EQ(said(facts), "no run that is shown computes progress measures.");
    facts.measured = true;
    EXPECT_NE(said(facts).find("It is measured"), std::string::npos);
    facts.has_reading = true;
    EXPECT_EQ(said(facts), "it was read, and no reading has a value.");
    facts.hidden = true;
    EXPECT_NE(said(facts).find("hidden"), std::string::npos);
    // At each place exactly one row holds.
    for (int bits = 0; bits < 16; ++bits) {
        Facts any;
        any.hidden = (bits & 1) != 0;
        any.measured = (bits & 2) != 0;
        any.of_trainer = (bits & 4) != 0;
        any.has_reading = (bits & 8) != 0;
        for (const Place place : {Place::kEmptyFigures, Place::kLag}) {
            EXPECT_EQ(std::ranges::count_if(
                          claims(),
                          [&](const Claim& one) { return one.place == place && one.holds(any); }),
                      1)
                << bits;
        }
    }
}

TEST(PlansOfRuns, ASameRunThatTheFormAsksForIsMeasuredAsItAsks) {
    Reads reads;
    (void)reads.run();
    ViewState view;
    CommandSink commands;
    RunConfig wanted;
    wanted.measure.set("ildr", 50);
    add_or_select({reads.book, view, commands}, wanted);
    EXPECT_EQ(view.selected, kRun);
    const std::vector<Command> sent = commands.take_sent();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(std::get<command::SetMeasures>(sent[0].body).plan.text(), "ildr:50");
    add_or_select({reads.book, view, commands}, RunConfig{});
    EXPECT_TRUE(commands.take_sent().empty()) << "it is measured by nothing, as it should be";
}

TEST(PlansOfRuns, AStencilTakesOverThePlanOfTheRunItIsComparedWith) {
    RunConfig config;
    config.measure.set("ildr", 100);
    Reads reads(config);
    (void)reads.run();
    ViewState view;
    view.selected = kRun;
    CommandSink commands;
    const ActionContext context{reads.book, view, commands};
    add_stencil(context, Stencil::of({0}));
    add_baseline(context, 7);
    const std::vector<Command> sent = commands.take_sent();
    std::size_t added = 0;
    for (const Command& command : sent) {
        if (const auto* add = std::get_if<command::AddRun>(&command.body)) {
            EXPECT_EQ(add->config.measure.text(), "ildr:100");
            ++added;
        }
    }
    EXPECT_EQ(added, 2U);
}

} // namespace
} // namespace grokscope::ui
