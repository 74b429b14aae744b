// The writing half of the notebook.
#include "engine/store/config_json.h"
#include "engine/store/grok_memory.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_impl.h"

#include <algorithm>
#include <cmath>

namespace grokscope {

namespace {

Bytes float_bytes(const std::vector<float>& values) {
    ByteWriter writer;
    writer.put(std::span<const float>(values));
    return writer.take();
}

/// Whether any figure of the test pairs' two parts is known.
bool has_parts(const MetricSample& sample) {
    return !std::isnan(sample.mirrored_loss) || !std::isnan(sample.new_loss) ||
           !std::isnan(sample.mirrored_accuracy) || !std::isnan(sample.new_accuracy);
}

} // namespace

StoredRunId Notebook::add_run(const RunConfig& config, const Provenance& provenance,
                              const std::string& uuid, const std::string& name,
                              const std::string& created_at) {
    impl_
        ->statement(
            "INSERT INTO run (uuid, name, created_at, config, state, state_text, epoch, "
            "wall_seconds, step, program_version, host, threads, split_hash, owner, "
            "heartbeat, parent, parent_epoch, cpu_seconds, preset, fork) "
            "VALUES (?1, ?2, ?3, ?4, 'idle', '', 0, 0, ?5, ?6, ?7, ?8, ?9, '', 0, ?10, ?11, 0, "
            "?12, ?13)")
        .with(uuid.empty() ? random_hex(32) : uuid, name,
              created_at.empty() ? now_utc() : created_at, config_to_json(config), provenance.step,
              provenance.program_version, provenance.host, provenance.threads,
              provenance.split_hash, provenance.parent, provenance.parent_epoch, provenance.preset,
              provenance.fork)
        .run();
    const auto run = static_cast<StoredRunId>(impl_->database->last_row_id());
    if (const HostFacts& machine = provenance.machine; !machine.compiler.empty()) {
        impl_
            ->statement("INSERT INTO machine (run, compiler, system, processor, logical_cores, "
                        "blas) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .with(number(run), machine.compiler, machine.system, machine.processor,
                  static_cast<int>(machine.logical_cores), machine.blas)
            .run();
    }
    return run;
}

void Notebook::set_config(StoredRunId run, const RunConfig& config) {
    impl_->statement("UPDATE run SET config = ?2 WHERE id = ?1")
        .with(number(run), config_to_json(config))
        .run();
}

void Notebook::set_name(StoredRunId run, const std::string& name) {
    impl_->statement("UPDATE run SET name = ?2 WHERE id = ?1").with(number(run), name).run();
}

bool Notebook::add_tag(StoredRunId run, const std::string& tag) {
    impl_->statement("INSERT OR IGNORE INTO tag (run, tag) VALUES (?1, ?2)")
        .with(number(run), tag)
        .run();
    return impl_->database->integer("SELECT changes()") > 0;
}

bool Notebook::remove_tag(StoredRunId run, const std::string& tag) {
    impl_->statement("DELETE FROM tag WHERE run = ?1 AND tag = ?2").with(number(run), tag).run();
    return impl_->database->integer("SELECT changes()") > 0;
}

void Notebook::set_state(StoredRunId run, RunState state, const std::string& text) {
    impl_->statement("UPDATE run SET state = ?2, state_text = ?3 WHERE id = ?1")
        .with(number(run), name_of(state), text)
        .run();
}

void Notebook::set_progress(StoredRunId run, std::int32_t epoch, const TrainingTime& time) {
    impl_->statement("UPDATE run SET epoch = ?2, wall_seconds = ?3, cpu_seconds = ?4 WHERE id = ?1")
        .with(number(run), epoch, time.wall, time.cpu)
        .run();
}

void Notebook::set_owner(StoredRunId run, const std::string& owner, std::int64_t heartbeat) {
    impl_->statement("UPDATE run SET owner = ?2, heartbeat = ?3 WHERE id = ?1")
        .with(number(run), owner, heartbeat)
        .run();
}

void Notebook::add(StoredRunId run, const MetricSample& sample) {
    impl_
        ->statement("INSERT OR REPLACE INTO metric (run, epoch, train_loss, test_loss, "
                    "train_accuracy, test_accuracy, weight_sum_squares, wall_seconds, "
                    "cpu_seconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .with(number(run), sample.epoch, sample.train_loss, sample.test_loss, sample.train_accuracy,
              sample.test_accuracy, sample.weight_sum_squares, sample.wall_seconds,
              sample.cpu_seconds)
        .run();
    if (has_parts(sample)) {
        impl_
            ->statement("INSERT OR REPLACE INTO mirror (run, epoch, mirrored_loss, new_loss, "
                        "mirrored_accuracy, new_accuracy) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .with(number(run), sample.epoch, sample.mirrored_loss, sample.new_loss,
                  sample.mirrored_accuracy, sample.new_accuracy)
            .run();
    }
    for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
        if (const double value = sample.mismatch[offset_slot(k)]; !std::isnan(value)) {
            impl_
                ->statement("INSERT OR REPLACE INTO mismatch (run, epoch, stencil_offset, value) "
                            "VALUES (?1, ?2, ?3, ?4)")
                .with(number(run), sample.epoch, k, value)
                .run();
        }
    }
    std::optional<LastingGrok> grok = remembered_grok(impl_->statements, number(run));
    if (grok && grok->memory().last_epoch < sample.epoch) {
        grok->observe(sample);
    } else { // the first one, or one that takes the place of another
        grok = grok_of_metrics(impl_->statements, number(run));
    }
    remember_grok(impl_->statements, number(run), grok);
}

void Notebook::add(StoredRunId run, const Snapshot& snapshot) {
    impl_
        ->statement("INSERT OR REPLACE INTO spectrum (run, epoch, mean, embedding, logit, "
                    "weight_sum_squares) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .with(number(run), snapshot.epoch, static_cast<double>(snapshot.spectrum_mean),
              float_bytes(snapshot.spectrum), float_bytes(snapshot.logit_spectrum),
              snapshot.weight_sum_squares)
        .run();
}

void Notebook::add(StoredRunId run, const ProgressRow& row) {
    impl_
        ->statement(
            "INSERT OR REPLACE INTO measure (run, epoch, full_loss, full_loss_train, "
            "full_loss_test, restricted_loss, restricted_loss_train, restricted_loss_test, "
            "excluded_loss, fit_r_squared, fit_loss, gini_W_E, gini_W_L, ipr_W_E, ipr_W_L, "
            "clustered_neurons, dead_neurons, neurons, total_sum_squares, compute_seconds, details)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
            "?18, ?19, ?20, ?21)")
        .with(number(run), row.epoch, row.full_loss.all, row.full_loss.train, row.full_loss.test,
              row.restricted_loss.all, row.restricted_loss.train, row.restricted_loss.test,
              row.excluded_loss, row.fit_r_squared, row.fit_loss, row.gini_W_E, row.gini_W_L,
              row.ipr_W_E, row.ipr_W_L, row.clustered_neurons, row.dead_neurons, row.neurons,
              row.total_sum_squares, row.compute_seconds, progress_details(row))
        .run();
}

void Notebook::add(StoredRunId run, const StoredMark& mark) {
    impl_->statement("INSERT OR REPLACE INTO mark (run, epoch, kind) VALUES (?1, ?2, ?3)")
        .with(number(run), mark.epoch, name_of(mark.kind))
        .run();
}

void Notebook::add(StoredRunId run, const StoredEvent& event) {
    impl_->statement("INSERT INTO event (run, epoch, state, text, at) VALUES (?1, ?2, ?3, ?4, ?5)")
        .with(number(run), event.epoch, event.state, event.text,
              event.at.empty() ? now_utc() : event.at)
        .run();
}

void Notebook::add(StoredRunId run, const StoredWeights& weights) {
    impl_->decoded.clear();
    impl_
        ->statement("INSERT OR REPLACE INTO weights (run, epoch, encoding, base_epoch, data) "
                    "VALUES (?1, ?2, ?3, ?4, ?5)")
        .with(number(run), weights.epoch, static_cast<int>(weights.encoding), weights.base_epoch,
              weights.data)
        .run();
}

std::int64_t Notebook::add(StoredRunId run, const StoredAnnotation& annotation) {
    impl_
        ->statement("INSERT INTO annotation (run, epoch, text, created_at) VALUES (?1, ?2, ?3, ?4)")
        .with(number(run), annotation.epoch, annotation.text,
              annotation.created_at.empty() ? now_utc() : annotation.created_at)
        .run();
    return impl_->database->last_row_id();
}

void Notebook::remove_annotation(std::int64_t id) {
    impl_->statement("DELETE FROM annotation WHERE id = ?1").with(id).run();
}

void Notebook::set_checkpoint(StoredRunId run, std::int32_t epoch, const TrainingTime& time,
                              std::span<const std::byte> bytes, std::size_t part) {
    impl_
        ->statement("INSERT OR REPLACE INTO checkpoint (run, epoch, wall_seconds, data, "
                    "cpu_seconds) VALUES (?1, ?2, ?3, ?4, ?5)")
        .with(number(run), epoch, time.wall, bytes.first(std::min(part, bytes.size())), time.cpu)
        .run();
    impl_->statement("DELETE FROM checkpoint_part WHERE run = ?1").with(number(run)).run();
    for (std::size_t at = part; at < bytes.size(); at += part) {
        impl_->statement("INSERT INTO checkpoint_part (run, part, data) VALUES (?1, ?2, ?3)")
            .with(number(run), static_cast<std::int64_t>(at / part),
                  bytes.subspan(at, std::min(part, bytes.size() - at)))
            .run();
    }
}

void Notebook::forget_after(StoredRunId run, std::int32_t epoch) {
    impl_->decoded.clear();
    for (const std::string_view sql : {"DELETE FROM metric WHERE run = ?1 AND epoch >= ?2",
                                       "DELETE FROM mirror WHERE run = ?1 AND epoch >= ?2",
                                       "DELETE FROM mismatch WHERE run = ?1 AND epoch >= ?2",
                                       "DELETE FROM spectrum WHERE run = ?1 AND epoch > ?2",
                                       "DELETE FROM measure WHERE run = ?1 AND epoch > ?2",
                                       "DELETE FROM reading WHERE run = ?1 AND epoch > ?2",
                                       "DELETE FROM reading_value WHERE run = ?1 AND epoch > ?2",
                                       "DELETE FROM weights WHERE run = ?1 AND epoch > ?2"}) {
        impl_->statement(sql).with(number(run), epoch).run();
    }
    impl_->statement("DELETE FROM mark WHERE run = ?1").with(number(run)).run();
    remember_grok(impl_->statements, number(run), grok_of_metrics(impl_->statements, number(run)));
    const RunConfig config = this->run(run).config;
    impl_->statement("DELETE FROM spectrum WHERE run = ?1 AND epoch % ?2 <> 0")
        .with(number(run), config.snapshot_every)
        .run();
    if (config.progress_every > 0) {
        impl_->statement("DELETE FROM measure WHERE run = ?1 AND epoch % ?2 <> 0")
            .with(number(run), config.progress_every)
            .run();
    }
}

void Notebook::remove_run(StoredRunId run) {
    impl_->statement("DELETE FROM run WHERE id = ?1").with(number(run)).run();
}

} // namespace grokscope
