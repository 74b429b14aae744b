#include "app/commands/run_json.h"

#include "app/commands/run_description.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/protocol/transient_frequencies.h"
#include "engine/store/config_json.h"
#include "engine/store/workplaces.h"
#include "engine/train/state_hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

std::string in_text(const Json& document) {
    // What is no UTF-8 costs its letters, not the document.
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json or_null(std::optional<std::int32_t> epoch) {
    return epoch ? Json(*epoch) : Json(nullptr);
}

Json parent_of(const Provenance& provenance) {
    return provenance.parent.empty()
               ? Json(nullptr)
               : Json{{"uuid", provenance.parent},
                      {"epoch", provenance.parent_epoch},
                      {"fork", provenance.fork.empty() ? Json(nullptr) : Json(provenance.fork)}};
}

Json run_in_short(Notebook& notebook, const RunSummary& run, const LastingGrok& grok,
                  const std::map<StoredRunId, double>& collapses) {
    const auto collapse = collapses.find(run.id);
    Json config = Json::parse(config_to_json(run.config));
    config["split_seed"] = run.config.effective_split_seed();
    return {
        {"run", static_cast<std::int64_t>(run.id)},
        {"uuid", run.uuid},
        {"name", run.name},
        {"tags", notebook.tags(run.id)},
        {"from_preset",
         run.provenance.preset.empty() ? Json(nullptr) : Json(run.provenance.preset)},
        {"state", state_in_words(run)},
        {"reason", run.state_text},
        {"epoch", run.epoch},
        {"begun", run.created_at},
        {"wall_seconds", run.wall_seconds},
        {"cpu_seconds", run.cpu_seconds}, // a NaN is written as null
        {"grok_epoch", or_null(grok.grok_epoch())},
        {"stable_grok", or_null(grok.stable_grok())},
        {"times_lost", grok.times_lost()},
        {"softmax_collapse", collapse == collapses.end() ? Json(nullptr) : Json(collapse->second)},
        {"parent", parent_of(run.provenance)},
        {"config", std::move(config)}};
}

Json figures_of(const MetricSample& sample) {
    return {{"epoch", sample.epoch}, // a NaN is written as null
            {"train_loss", sample.train_loss},
            {"test_loss", sample.test_loss},
            {"train_acc", sample.train_accuracy},
            {"test_acc", sample.test_accuracy}};
}

Json marks_of(Notebook& notebook, StoredRunId run) {
    Json marks = Json::array();
    for (const StoredMark& mark : notebook.marks(run)) {
        marks.push_back({{"kind", name_of(mark.kind)}, {"epoch", mark.epoch}});
    }
    return marks;
}

Json notes_of(Notebook& notebook, StoredRunId run) {
    Json notes = Json::array();
    for (const StoredAnnotation& note : notebook.annotations(run)) {
        notes.push_back({{"epoch", note.epoch}, {"text", note.text}, {"at", note.created_at}});
    }
    return notes;
}

Json workplaces_json(Notebook& notebook, StoredRunId run) {
    Json places = Json::array();
    for (const WorkplaceSince& since : workplaces_of(notebook, run)) {
        places.push_back({{"from_epoch", since.epoch},
                          {"step", since.workplace.step},
                          {"version", since.workplace.program_version},
                          {"host", since.workplace.host}});
    }
    return places;
}

/// The state to go on from, with the hash that two equal states share.
Json state_of(Notebook& notebook, StoredRunId run) {
    const std::optional<StoredCheckpoint> state = notebook.usable_checkpoint(run);
    return state ? Json{{"epoch", state->epoch},
                        {"hash", fmt::format("{:016x}", hash_of(state->state))}}
                 : Json(nullptr);
}

Json key_frequencies_of(Notebook& notebook, StoredRunId run) {
    const std::vector<ProgressRow> rows = notebook.measures(run);
    return rows.empty()
               ? Json(nullptr)
               : Json{{"epoch", rows.back().epoch}, {"frequencies", rows.back().key_frequencies}};
}

Json transient_frequencies_of(Notebook& notebook, StoredRunId run) {
    Json lost = Json::array();
    for (const TransientFrequency& of_k : transient_frequencies(notebook.measures(run))) {
        lost.push_back({{"frequency", of_k.frequency},
                        {"first_epoch", of_k.first_epoch},
                        {"last_epoch", of_k.last_epoch}});
    }
    return lost;
}

} // namespace

std::string list_json(Notebook& notebook, const std::string& name) {
    const Notebook::OneMoment moment(notebook);
    const std::map<StoredRunId, LastingGrok> groks = notebook.lasting_groks();
    const std::map<StoredRunId, double> collapses = notebook.newest_readings(kSoftmaxCollapse);
    Json runs = Json::array();
    for (const RunSummary& run : notebook.runs()) {
        const auto grok = groks.find(run.id);
        runs.push_back(run_in_short(notebook, run,
                                    grok == groks.end() ? LastingGrok() : grok->second, collapses));
    }
    return in_text({{"format", "grokscope list 1"},
                    {"notebook", name},
                    {"runs", std::move(runs)},
                    {"unreadable", notebook.left_out().runs()}});
}

std::string show_json(Notebook& notebook, StoredRunId id) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary run = notebook.run(id);
    const std::vector<MetricSample> samples = notebook.metrics(id);
    LastingGrok grok;
    for (const MetricSample& sample : samples) {
        grok.observe(sample);
    }
    Json document = {{"format", "grokscope show 1"}};
    document.update(run_in_short(notebook, run, grok, notebook.newest_readings(kSoftmaxCollapse)));
    document["last"] = samples.empty() ? Json(nullptr) : figures_of(samples.back());
    document["marks"] = marks_of(notebook, id);
    document["notes"] = notes_of(notebook, id);
    document["key_frequencies"] = key_frequencies_of(notebook, id);
    document["transient_frequencies"] = transient_frequencies_of(notebook, id);
    document["weight_epochs"] = notebook.weight_epochs(id);
    document["exact_weight_epochs"] = notebook.exact_weight_epochs(id);
    document["state_to_go_on"] = state_of(notebook, id);
    document["threads"] = run.provenance.threads;
    document["split_hash"] = run.provenance.split_hash;
    document["workplaces"] = workplaces_json(notebook, id);
    return in_text(document);
}

} // namespace grokscope
