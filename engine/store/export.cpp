#include "engine/store/export.h"

#include "engine/protocol/alarm.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/store/config_fields.h"
#include "engine/store/progress_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <string_view>
#include <vector>

namespace grokscope {

namespace {

/// A column of the metrics beside the epoch.
struct Column {
    std::string name;
    std::function<double(const MetricSample&)> value;
};

std::vector<Column> csv_columns(const Stencil& stencil) {
    std::vector<Column> columns = {
        {"train_loss", [](const MetricSample& s) { return s.train_loss; }},
        {"test_loss", [](const MetricSample& s) { return s.test_loss; }},
        {"train_acc", [](const MetricSample& s) { return s.train_accuracy; }},
        {"test_acc", [](const MetricSample& s) { return s.test_accuracy; }},
    };
    for (const int k : stencil.offsets()) {
        columns.push_back({fmt::format("mismatch_{}", k),
                           [k](const MetricSample& s) { return s.mismatch[offset_slot(k)]; }});
    }
    return columns;
}

/// Of the test pairs whose mirror trains and of the truly new ones. They came last, and stand last.
std::vector<Column> part_columns() {
    return {
        {"mirrored_loss", [](const MetricSample& s) { return s.mirrored_loss; }},
        {"new_loss", [](const MetricSample& s) { return s.new_loss; }},
        {"mirrored_acc", [](const MetricSample& s) { return s.mirrored_accuracy; }},
        {"new_acc", [](const MetricSample& s) { return s.new_accuracy; }},
    };
}

/// Every field by its name, the split seed as it counts, and how many pairs the fraction makes.
Json settings_of(const RunConfig& config) {
    Json settings = config_as_json(config);
    settings["split_seed"] = config.effective_split_seed();
    settings["train_pairs"] = config.train_pairs();
    return settings;
}

Json metrics_to_json(const RunRecord& run) {
    std::vector<Column> columns = csv_columns(run.config.stencil);
    columns.push_back(
        {"weight_sum_squares", [](const MetricSample& s) { return s.weight_sum_squares; }});
    columns.push_back({"wall_seconds", [](const MetricSample& s) { return s.wall_seconds; }});
    columns.push_back({"cpu_seconds", [](const MetricSample& s) { return s.cpu_seconds; }});
    std::ranges::move(part_columns(), std::back_inserter(columns));
    Json metrics;
    Json& epochs = metrics["epoch"] = Json::array();
    for (const MetricSample& sample : run.samples) {
        epochs.push_back(sample.epoch);
    }
    for (const Column& column : columns) {
        Json& values = metrics[column.name] = Json::array();
        for (const MetricSample& sample : run.samples) {
            values.push_back(column.value(sample)); // a NaN is written as null
        }
    }
    return metrics;
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

std::string to_csv(const RunRecord& run) {
    std::vector<Column> columns = csv_columns(run.config.stencil);
    std::ranges::move(part_columns(), std::back_inserter(columns));
    std::string text = "epoch";
    for (const Column& column : columns) {
        text += ',';
        text += column.name;
    }
    text += '\n';
    for (const MetricSample& sample : run.samples) {
        fmt::format_to(std::back_inserter(text), "{}", sample.epoch);
        for (const Column& column : columns) {
            text += ',';
            text += shortest_text(column.value(sample));
        }
        text += '\n';
    }
    return text;
}

std::string to_json(const RunRecord& run, const HostFacts& host) {
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
        {"metrics", metrics_to_json(run)},
        {"progress", Json::parse(progress_json(run.progress))}};
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
