#include "engine/store/notebook_writer.h"

#include "engine/store/filer.h"
#include "engine/store/output_file.h"

#include <chrono>
#include <exception>
#include <filesystem>
#include <latch>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

/// Figures wait this long for company.
constexpr std::chrono::milliseconds kGather{400};
/// A transaction takes no more records once it is this old.
constexpr std::chrono::milliseconds kTransaction{300};
/// Pause after a failure.
constexpr std::chrono::milliseconds kRetry{1000};

} // namespace

class NotebookWriter::Impl {
public:
    Impl(StoreRings& rings, WriterOptions options)
        : rings_(rings), file_(options.file), wake_front_end_(std::move(options.wake_front_end)),
          filer_(std::move(options.provenance), std::move(options.owner),
                 [this](std::unique_ptr<TrainingState> state) {
                     // When the ring is full, the memory is freed.
                     (void)rings_.spare_states.try_push(std::move(state));
                 }),
          thread_([this](const std::stop_token& stop) { work(stop); }) {}

    std::string finish(const std::function<bool()>& flush) {
        if (!thread_.joinable()) {
            return {};
        }
        thread_.request_stop();
        thread_.join(); // from here on this thread has the consumer's end
        bool all_moved = true;
        do {
            all_moved = !flush || flush();
            drain();
        } while (!all_moved);
        while (std::optional<StoreRequest> request = rings_.requests.try_pop()) {
            if (auto* words = std::get_if<store_request::Words>(&*request)) {
                filer_.accept(std::move(*words)); // the user's last note, too
            }
        }
        save_all();
        if (problem_.empty() && notebook_) {
            attempt([this] { filer_.release(*notebook_); });
        }
        notebook_.reset();
        return filer_.waiting() > 0 ? problem_ : std::string();
    }

    std::string rescue(const std::string& file) {
        if (std::string refused = change_file(file); !refused.empty()) {
            return refused;
        }
        if (problem_.empty()) {
            save_all();
        }
        if (problem_.empty()) {
            attempt([this] { filer_.release(*notebook_); });
        }
        notebook_.reset();
        return problem_;
    }

    void wait_until_opened() const { opened_.wait(); }

private:
    void work(const std::stop_token& stop) {
        const std::stop_callback wake_up(stop, [this] { rings_.doorbell.ring(); });
        open(); // early, so that what is wrong is said before anybody relies on it
        publish();
        opened_.count_down();
        while (!stop.stop_requested()) {
            drain();
            obey_requests();
            const Clock::time_point now = Clock::now();
            if (const auto due = due_time(now); !due) {
                rings_.doorbell.wait();
            } else if (*due > now) {
                rings_.doorbell.wait_until(*due);
            } else {
                save();
            }
        }
    }

    /// When to write next; empty when nothing waits.
    std::optional<Clock::time_point> due_time(Clock::time_point now) {
        if (filer_.waiting() == 0 && (notebook_ || problem_.empty())) {
            oldest_.reset();
            return std::nullopt;
        }
        if (!problem_.empty()) {
            return retry_at_;
        }
        if (filer_.urgent()) {
            return now;
        }
        if (!oldest_) {
            oldest_ = now;
        }
        return *oldest_ + kGather;
    }

    void drain() {
        while (std::optional<StoreItem> item = rings_.items.try_pop()) {
            filer_.accept(std::move(*item));
        }
    }

    void obey_requests() {
        while (std::optional<StoreRequest> request = rings_.requests.try_pop()) {
            if (const auto* save_as = std::get_if<store_request::SaveAs>(&*request)) {
                refused_ = change_file(save_as->file);
                publish();
            } else if (auto* words = std::get_if<store_request::Words>(&*request)) {
                filer_.accept(std::move(*words));
                continue;
            }
            retry_at_ = Clock::now();
        }
    }

    /// Goes on in another file, with what can be read of the present one. Why it does not, one
    /// sentence; else empty. Whether the other file is well is another matter: problem_.
    [[nodiscard]] std::string change_file(const std::string& file) {
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored)) {
            return "\"" + file + "\" exists already; name a file that does not";
        }
        copy_what_is_readable(file);
        notebook_.reset();
        file_ = file;
        open();
        return {};
    }

    /// What the present notebook holds, if it can still be read. What cannot be read is lost with
    /// it; what waits is not.
    void copy_what_is_readable(const std::string& file) {
        try {
            if (notebook_) {
                notebook_->copy_to(file);
            } else { // given up after a failure, but often only writing fails
                Notebook(file_, Notebook::Access::kReadOnly).copy_to(file);
            }
        } catch (const std::exception&) {
            std::error_code ignored;
            std::filesystem::remove(file, ignored); // half a copy
        }
    }

    /// Calls `work`; a failure becomes the problem, success ends the last one.
    template <typename Work>
    bool attempt(Work work) {
        try {
            work();
            problem_.clear();
            return true;
        } catch (const std::exception& error) {
            problem_ = error.what();
        } catch (...) {
            problem_ = "the notebook could not be written for an unknown reason";
        }
        retry_at_ = Clock::now() + kRetry;
        return false;
    }

    bool open() {
        return attempt([this] {
            notebook_.emplace(file_, Notebook::Access::kReadWrite);
            filer_.use(*notebook_);
        });
    }

    /// One transaction.
    void save() {
        const std::string before = problem_;
        if ((!notebook_ || !notebook_->was_taken_away() || put_back()) && (notebook_ || open())) {
            const bool saved =
                attempt([this] { filer_.write(*notebook_, Clock::now() + kTransaction); });
            if (saved) {
                ++commits_;
                oldest_.reset();
            } else if (file_ != ":memory:") {
                notebook_.reset(); // opened anew, it may be well again
            }
        }
        std::vector<StoredNumber> numbers = filer_.numbers();
        const bool news = numbers != numbers_;
        numbers_ = std::move(numbers);
        if (before != problem_ || !problem_.empty() || filer_.waiting() == 0 || news) {
            publish();
        }
    }

    /// The rest, at the end: as long as it gets on.
    void save_all() {
        do {
            save();
        } while (problem_.empty() && filer_.waiting() > 0);
    }

    /// After the file was deleted, renamed or replaced: all that it held goes where it was, for the
    /// system keeps the content while we have it open. Where another program has begun a notebook
    /// there meanwhile, our runs join it. False when that fails, which is tried again.
    bool put_back() {
        notebook_->leave_place_alone();
        const bool done = attempt([this] {
            const std::string part = file_ + ".partial";
            std::error_code error;
            if (!std::filesystem::exists(file_, error)) {
                std::filesystem::remove(part, error);
                with_target_named(part, file_, [&] { notebook_->copy_to(part); });
            }
            if (!std::filesystem::exists(file_, error)) {
                // A log left behind would be taken for the new file's, and damage it.
                std::filesystem::remove(file_ + "-wal", error);
                std::filesystem::remove(file_ + "-shm", error);
                try {
                    give_name(part, file_);
                } catch (const std::filesystem::filesystem_error& failure) {
                    throw NotebookError(NotebookProblem::kCannotOpen,
                                        "the notebook \"" + file_ +
                                            "\" cannot be put back: " + failure.code().message());
                }
            }
            std::filesystem::remove(part, error);
            Notebook present(file_, Notebook::Access::kReadWrite);
            for (const StoredNumber& run : filer_.numbers()) {
                const StoredRunId number{run.number};
                if (!present.find(notebook_->run(number).uuid)) {
                    copy_run(*notebook_, number, present);
                }
            }
        });
        if (done) {
            notebook_.reset();
        }
        return done;
    }

    void publish() {
        if (problem_.empty()) {
            refused_.clear(); // a way out that is not needed any more
        }
        StoreStatus status{file_, refused_.empty() ? problem_ : problem_ + "; " + refused_,
                           problem_.empty() ? 0 : filer_.waiting(), commits_, numbers_};
        rings_.status.publish(status);
        if (wake_front_end_) {
            wake_front_end_();
        }
    }

    StoreRings& rings_;
    std::string file_;
    std::function<void()> wake_front_end_;
    Filer filer_;
    std::optional<Notebook> notebook_;
    std::string problem_; ///< why the last attempt failed; empty after a success
    std::string refused_; ///< why the last request for another file was not obeyed
    Clock::time_point retry_at_{};
    std::optional<Clock::time_point> oldest_; ///< since when something waits
    std::uint64_t commits_ = 0;
    mutable std::latch opened_{1};
    std::vector<StoredNumber> numbers_; ///< as last looked at
    std::jthread thread_;               // last: joined before anything it uses goes
};

NotebookWriter::NotebookWriter(StoreRings& rings, WriterOptions options)
    : impl_(std::make_unique<Impl>(rings, std::move(options))) {
}

NotebookWriter::~NotebookWriter() {
    finish();
}

void NotebookWriter::wait_until_opened() const {
    impl_->wait_until_opened();
}

std::string NotebookWriter::rescue(const std::string& file) {
    return impl_->rescue(file);
}

std::string NotebookWriter::finish(const std::function<bool()>& flush) {
    return impl_->finish(flush);
}

} // namespace grokscope
