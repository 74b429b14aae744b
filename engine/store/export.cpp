#include "engine/store/export.h"

#include "engine/store/progress_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

// Insertion order is the reading order.
using Json = nlohmann::ordered_json;

Json settings_of(const RunConfig& config) {
    return {{"preset", name_of(config.preset)},
            {"operation", name_of(config.operation)},
            {"p", config.p},
            {"train_fraction", config.train_fraction},
            {"train_pairs", config.train_pairs()},
            {"seed", config.seed},
            {"split_seed", config.effective_split_seed()},
            {"learning_rate", config.learning_rate},
            {"warmup_epochs", config.warmup_epochs},
            {"weight_decay", config.weight_decay},
            {"beta1", config.beta1},
            {"beta2", config.beta2},
            {"init_scale", config.init_scale},
            {"d_model", config.d_model},
            {"heads", config.heads},
            {"d_mlp", config.d_mlp},
            {"train_biases", config.train_biases},
            {"epochs", config.epochs},
            {"eval_every", config.eval_every},
            {"stop_when_grokked", config.stop_when_grokked},
            {"stop_when_stable", config.stop_when_stable},
            {"stencil", config.stencil.offsets()},
            {"stencil_weight", config.stencil_weight},
            {"probe_width", config.probe_width},
            {"probe_learning_rate", config.probe_learning_rate},
            {"engine", name_of(config.step)}};
}

Json metrics_to_json(const RunRecord& run) {
    std::vector<Column> columns = csv_columns(run.config.stencil);
    columns.push_back(
        {"weight_sum_squares", [](const MetricSample& s) { return s.weight_sum_squares; }});
    columns.push_back({"wall_seconds", [](const MetricSample& s) { return s.wall_seconds; }});
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
    const std::vector<Column> columns = csv_columns(run.config.stencil);
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
    for (const event::Mark& mark : run.marks) {
        marks.push_back({{"kind", name_of(mark.kind)}, {"epoch", mark.epoch}});
    }
    const Json document = {
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
          {"wall_seconds", run.samples.empty() ? 0.0 : run.samples.back().wall_seconds}}},
        {"marks", marks},
        {"units",
         {{"train_loss", "nats"},
          {"test_loss", "nats"},
          {"train_acc", "share of the training pairs"},
          {"test_acc", "share of the test pairs"},
          {"mismatch", "mean squared error over rows and hidden units"},
          {"weight_sum_squares", "sum over all parameters"},
          {"wall_seconds", "seconds of training, pauses left out"}}},
        {"metrics", metrics_to_json(run)},
        {"progress", Json::parse(progress_json(run.progress))}};
    // Replacing what is no UTF-8 keeps a strange processor name from costing the whole record.
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace grokscope
