#include "engine/store/export.h"

#include "engine/protocol/alarm.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/store/config_fields.h"
#include "engine/store/progress_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace grokscope {

namespace {

/// Every field by its name, the split seed as it counts, and how many pairs the fraction makes.
Json settings_of(const RunConfig& config) {
    Json settings = config_as_json(config);
    settings["split_seed"] = config.effective_split_seed();
    settings["train_pairs"] = config.train_pairs();
    return settings;
}

} // namespace

std::string shortest_text(double value) {
    if (std::isnan(value)) {
        return "nan"; // whatever its sign bit
    }
    std::string text = fmt::format("{}", value);
    if (text.find_first_not_of("-0123456789") == std::string::npos) {
        text += ".0";
    }
    return text;
}

std::string offset_name(int offset) {
    return offset == 0 ? "0" : fmt::format("{}{}", offset < 0 ? 'm' : 'p', std::abs(offset));
}

FigureColumns::FigureColumns(const RunConfig& config) {
    constexpr bool kOnlyInJson = false;
    const auto add = [this](std::string name, double MetricSample::*figure, bool in_csv = true) {
        columns_.push_back(
            {std::move(name), in_csv, [figure](const MetricSample& s) { return s.*figure; }});
    };
    add("train_loss", &MetricSample::train_loss);
    add("test_loss", &MetricSample::test_loss);
    add("train_acc", &MetricSample::train_accuracy);
    add("test_acc", &MetricSample::test_accuracy);
    for (const int k : config.stencil.offsets()) {
        columns_.push_back({"mismatch_" + offset_name(k), true,
                            [k](const MetricSample& s) { return s.mismatch[offset_slot(k)]; }});
    }
    add("weight_sum_squares", &MetricSample::weight_sum_squares, kOnlyInJson);
    add("wall_seconds", &MetricSample::wall_seconds, kOnlyInJson);
    add("cpu_seconds", &MetricSample::cpu_seconds, kOnlyInJson);
    // Of the test pairs whose mirror trains and of the truly new ones. They came last.
    add("mirrored_loss", &MetricSample::mirrored_loss);
    add("new_loss", &MetricSample::new_loss);
    add("mirrored_acc", &MetricSample::mirrored_accuracy);
    add("new_acc", &MetricSample::new_accuracy);
}

std::string FigureColumns::csv_header() const {
    std::string text = "epoch";
    for (const Column& column : columns_) {
        text += column.in_csv ? ',' + column.name : std::string();
    }
    return text + '\n';
}

std::string FigureColumns::csv_row(const MetricSample& sample) const {
    std::string text = fmt::format("{}", sample.epoch);
    for (const Column& column : columns_) {
        text += column.in_csv ? ',' + shortest_text(column.value(sample)) : std::string();
    }
    return text + '\n';
}

std::string FigureColumns::json_line(const MetricSample& sample) const {
    Json row = {{"epoch", sample.epoch}};
    for (const Column& column : columns_) {
        row[column.name] = column.value(sample); // a NaN is written as null
    }
    return row.dump() + '\n';
}

std::string to_csv(const RunRecord& run) {
    const FigureColumns columns(run.config);
    std::string text = columns.csv_header();
    for (const MetricSample& sample : run.samples) {
        text += columns.csv_row(sample);
    }
    return text;
}

std::string to_json(const RunRecord& run, const HostFacts& host) {
    Json metrics;
    Json& epochs = metrics["epoch"] = Json::array();
    for (const MetricSample& sample : run.samples) {
        epochs.push_back(sample.epoch);
    }
    for (const FigureColumns::Column& column : FigureColumns(run.config).columns_) {
        Json& values = metrics[column.name] = Json::array();
        for (const MetricSample& sample : run.samples) {
            values.push_back(column.value(sample)); // a NaN is written as null
        }
    }
    Json marks = Json::array();
    const auto grok = std::ranges::find(run.marks, MarkKind::kGrokked, &event::Mark::kind);
    const auto grok_epoch =
        grok == run.marks.end() ? std::nullopt : std::optional<std::int32_t>(grok->epoch);
    for (const event::Mark& mark : run.marks) {
        marks.push_back({{"kind", name_of(mark.kind)}, {"epoch", mark.epoch}});
        if (is_alarm(mark.kind)) {
            marks.back()["late"] = is_late_alarm(mark.kind, mark.epoch, grok_epoch);
        }
    }
    Json document = {
        {"format", "grokscope run 1"},
        {"program",
         {{"name", "grokscope"}, {"version", host.program_version}, {"compiler", host.compiler}}},
        {"host",
         {{"system", host.system},
          {"processor", host.processor},
          {"logical_cores", host.logical_cores},
          {"threads", host.threads},
          {"blas", host.blas}}},
        {"config", settings_of(run.config)},
        {"run",
         {{"step", run.step_description},
          {"state", name_of(run.state)},
          {"reason", run.end_text},
          {"epochs_trained", run.epochs_trained},
          {"wall_seconds", run.samples.empty() ? 0.0 : run.samples.back().wall_seconds},
          {"cpu_seconds", run.samples.empty() ? 0.0 : run.samples.back().cpu_seconds}}},
        {"marks", marks},
        {"units",
         {{"train_loss", "nats"},
          {"test_loss", "nats"},
          {"train_acc", "share of the training pairs"},
          {"test_acc", "share of the test pairs"},
          {"mismatch", "mean squared error over rows and hidden units"},
          {"weight_sum_squares", "sum over all parameters"},
          {"wall_seconds", "seconds of training by the wall clock, pauses left out"},
          {"cpu_seconds", "seconds on the CPU clocks of all threads that train"},
          {"mirrored_loss", "nats"},
          {"new_loss", "nats"},
          {"mirrored_acc", "share of the test pairs whose mirror (b, a) trains"},
          {"new_acc", "share of the other test pairs"}}},
        {"metrics", std::move(metrics)},
        {"progress",
         Json::parse(progress_json(run.progress, run.readings, run.other_instruments))}};
    LastingGrok lasting;
    for (const MetricSample& sample : run.samples) {
        lasting.observe(sample);
    }
    const auto epoch_or_null = [](std::optional<std::int32_t> epoch) {
        return epoch ? Json(*epoch) : Json(nullptr);
    };
    document["run"]["grok_epoch"] = epoch_or_null(lasting.grok_epoch());
    document["run"]["stable_grok"] = epoch_or_null(lasting.stable_grok());
    document["run"]["times_lost"] = lasting.times_lost();
    if (run.branch) {
        const BranchPoint& from = *run.branch;
        document["run"]["parent"] = {{"uuid", from.parent},
                                     {"epoch", from.epoch},
                                     {"fork", from.fork.empty() ? Json(nullptr) : Json(from.fork)}};
    }
    for (const WorkplaceSince& since : run.went_on) {
        document["run"]["went_on"].push_back({{"from_epoch", since.epoch},
                                              {"step", since.workplace.step},
                                              {"version", since.workplace.program_version},
                                              {"host", since.workplace.host}});
    }
    // Replacing what is no UTF-8 keeps a strange processor name from costing the whole record.
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace grokscope
