#include "app/files/train_outputs.h"

#include "app/commands/notebook_commands.h"
#include "app/host_facts.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "engine/protocol/shown_text.h"
#include "engine/store/progress_table.h"

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <system_error>
#include <utility>

namespace grokscope {

namespace {

/// True when all is written, or nothing is to be. Says where it is.
bool commit(const std::unique_ptr<OutputFile>& file, const std::function<std::string()>& make_text,
            Progress& progress) {
    if (!file) {
        return true;
    }
    try {
        file->commit(make_text());
        if (!file->is_standard_output()) {
            progress.say("wrote " + shown_line(file->target().string()));
        }
        return true;
    } catch (const std::exception& error) {
        complain(error.what());
        return false;
    }
}

} // namespace

TrainOutputs::TrainOutputs(const TrainOptions& options)
    : columns_(options.config), csv_(open(options.csv_path, options)),
      json_(open(options.json_path, options)),
      progress_csv_(open(options.progress_csv_path, options)),
      lines_(open(options.jsonl_path, options)) {
    const std::array files{csv_.get(), json_.get(), progress_csv_.get(), lines_.get()};
    for (auto file = files.begin(); file != files.end(); ++file) {
        std::for_each(file + 1, files.end(), [&](OutputFile* other) { refuse_same(*file, other); });
    }
    if (all_opened_ && lines_ && !lines_->takes_rows()) {
        lines_.reset(); // it is known now that the file may be written
        open_lines(options);
    }
}

std::unique_ptr<OutputFile> TrainOutputs::open(const std::string& path,
                                               const TrainOptions& options) {
    if (path.empty()) {
        return nullptr;
    }
    try {
        auto file = std::make_unique<OutputFile>(path, overwrite_if(options.force));
        require_apart(*file, notebook_file(options.notebook));
        return file;
    } catch (const std::exception& error) {
        complain(error.what());
        all_opened_ = false;
        return nullptr;
    }
}

void TrainOutputs::open_lines(const TrainOptions& options) {
    try {
        log_ = std::make_unique<OutputLog>(options.jsonl_path, overwrite_if(options.force));
        log_path_ = options.jsonl_path;
    } catch (const std::exception& error) {
        complain(error.what());
        all_opened_ = false;
    }
}

void TrainOutputs::refuse_same(const OutputFile* one, const OutputFile* other) {
    // By whatever names: the second would take the place of the first.
    if (one != nullptr && other != nullptr && one->is_same_file(*other)) {
        complain(one->target().string() + " and " + other->target().string() +
                 " are the same file; name another for one of them");
        all_opened_ = false;
    }
}

bool TrainOutputs::need_standard_output() const {
    return std::ranges::any_of(
        std::array{csv_.get(), json_.get(), progress_csv_.get(), lines_.get()},
        [](const OutputFile* file) { return file != nullptr && file->is_standard_output(); });
}

std::string TrainOutputs::csv_rows(const RunRecord& run) {
    std::string text = std::exchange(header_written_, true) ? "" : columns_.csv_header();
    for (; csv_rows_ < run.samples.size(); ++csv_rows_) {
        text += columns_.csv_row(run.samples[csv_rows_]);
    }
    return text;
}

std::string TrainOutputs::json_lines(const RunRecord& run) {
    std::string text;
    for (; json_lines_ < run.samples.size(); ++json_lines_) {
        text += columns_.json_line(run.samples[json_lines_]);
    }
    return text;
}

void TrainOutputs::complain_once(const std::string& sentence) {
    if (std::exchange(all_written_, false)) {
        complain(sentence);
    }
}

void TrainOutputs::append(OutputFile& file, const std::string& rows) {
    try {
        nobody_reads_on_ |= !file.append(rows);
    } catch (const std::exception& error) {
        complain_once(error.what());
    }
}

void TrainOutputs::grow(const RunRecord& run) {
    if (csv_rows_ == 0 && json_lines_ == 0) { // a run that goes on has settings of its own
        columns_ = FigureColumns(run.config);
    }
    if (csv_ && csv_->takes_rows() && !nobody_reads_on_ && all_written_) {
        append(*csv_, csv_rows(run));
    }
    if (lines_ && !nobody_reads_on_ && all_written_) {
        append(*lines_, json_lines(run));
    }
    if (log_ && all_written_) {
        if (const int error = log_->write(json_lines(run)); error != 0) {
            complain_once("\"" + log_path_ +
                          "\" lacks rows from here on: " + std::generic_category().message(error));
        }
    }
}

bool TrainOutputs::write(const RunRecord& run, int threads, Progress& progress) {
    grow(run);
    bool written = all_written_;
    if (csv_ && csv_->takes_rows()) {
        csv_.reset(); // its reader waits for the end
    }
    if (std::exchange(log_, nullptr)) {
        progress.say("wrote " + shown_line(log_path_));
    }
    lines_.reset();
    written &= commit(
        csv_, [&] { return to_csv(run); }, progress);
    written &= commit(
        json_, [&] { return to_json(run, host_facts(threads)); }, progress);
    written &= commit(
        progress_csv_,
        [&] { return progress_csv(run.progress, run.readings, run.other_instruments); }, progress);
    return written;
}

} // namespace grokscope
