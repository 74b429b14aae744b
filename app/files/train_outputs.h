// The files that `train` writes: whole at the end, or row by row while it trains.
// Threads: the front end's.
#pragma once

#include "app/options/options.h"
#include "engine/protocol/run_record.h"
#include "engine/store/export.h"
#include "engine/store/output_file.h"

#include <cstddef>
#include <memory>
#include <string>

namespace grokscope {

class Progress;

class TrainOutputs {
public:
    /// Opens all of them before anything is trained, and says of each why it cannot be written.
    explicit TrainOutputs(const TrainOptions& options);

    [[nodiscard]] bool all_opened() const { return all_opened_; }
    /// Everything else that is printed goes elsewhere: not between the figures.
    [[nodiscard]] bool need_standard_output() const;

    /// Writes the rows that came since, where rows are written as they come: the CSV to standard
    /// output, and JSON lines anywhere. What cannot be written is said once.
    void grow(const RunRecord& run);
    /// The reader of standard output has what it wanted, `head` for one.
    [[nodiscard]] bool nobody_reads_on() const { return nobody_reads_on_; }

    /// Writes the rest. True when all was written. Says where the files are.
    [[nodiscard]] bool write(const RunRecord& run, int threads, Progress& progress);

private:
    [[nodiscard]] std::unique_ptr<OutputFile> open(const std::string& path,
                                                   const TrainOptions& options);
    void open_lines(const TrainOptions& options);
    void refuse_same(const OutputFile* one, const OutputFile* other);
    void append(OutputFile& file, const std::string& rows);
    void complain_once(const std::string& sentence);
    [[nodiscard]] std::string csv_rows(const RunRecord& run);
    [[nodiscard]] std::string json_lines(const RunRecord& run);

    bool all_opened_ = true; // before the files: open() clears it
    bool nobody_reads_on_ = false;
    bool all_written_ = true;
    FigureColumns columns_;
    std::unique_ptr<OutputFile> csv_;
    std::unique_ptr<OutputFile> json_;
    std::unique_ptr<OutputFile> progress_csv_;
    /// Of JSON lines that go to what somebody else has opened; else in `log_`.
    std::unique_ptr<OutputFile> lines_;
    std::unique_ptr<OutputLog> log_;
    std::string log_path_;
    bool header_written_ = false;
    std::size_t csv_rows_ = 0;   ///< written so far
    std::size_t json_lines_ = 0; ///< likewise
};

} // namespace grokscope
