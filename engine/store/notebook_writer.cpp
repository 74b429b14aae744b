#include "engine/store/notebook_writer.h"

#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/store/filer.h"
#include "engine/store/home_folder.h"
#include "engine/store/notebook_file.h"
#include "engine/store/output_file.h"
#include "engine/store/shell_text.h"

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
/// How often to look whether the file still lies where it was, while nothing is written.
constexpr std::chrono::milliseconds kWatch{1000};

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
          thread_(
              start_thread("the notebook", [this](const std::stop_token& stop) { work(stop); })) {}

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
                rest();
            } else if (*due > now) {
                rings_.doorbell.wait_until(*due);
            } else {
                save();
            }
        }
    }

    /// Nothing is to be written. The log is folded into the file once, so that what is copied or
    /// replaced meanwhile is whole; then the file is watched.
    void rest() {
        if (!notebook_ || file_ == kInMemory) {
            rings_.doorbell.wait();
            return;
        }
        if (rings_.doorbell.wait_until(Clock::now() + kWatch)) {
            return;
        }
        if (notebook_->place() != Notebook::Place::kKept) {
            save();
        } else if (commits_ != folded_ && notebook_->fold_log()) {
            folded_ = commits_;
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
                refused_ = change_file(with_home(save_as->file));
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
        } catch (const std::exception&) { // then it begins empty
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
            problem_ = sentence_of(error);
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
        const std::string file_before = file_;
        if ((!notebook_ || keep_place()) && (notebook_ || open())) {
            const bool saved =
                attempt([this] { filer_.write(*notebook_, Clock::now() + kTransaction); });
            if (saved) {
                ++commits_;
                oldest_.reset();
                take_notice();
            } else if (file_ != ":memory:") {
                notebook_.reset(); // opened anew, it may be well again
            }
        }
        std::vector<StoredNumber> numbers = filer_.numbers();
        const bool news = numbers != numbers_ || file_ != file_before;
        numbers_ = std::move(numbers);
        if (before != problem_ || !problem_.empty() || filer_.waiting() == 0 || news) {
            publish();
        }
    }

    void take_notice() {
        if (filer_.notice() != lost_run_) {
            lost_run_ = filer_.notice();
            notice_ = lost_run_;
            remedy_.clear();
        }
    }

    /// The rest, at the end: as long as it gets on.
    void save_all() {
        do {
            save();
        } while (problem_.empty() && filer_.waiting() > 0);
    }

    /// Whether the notebook lies where it is named, at the end of this call if not before it. What
    /// fails is tried again.
    bool keep_place() {
        const Notebook::Place place = notebook_->place();
        return place == Notebook::Place::kKept ||
               (place == Notebook::Place::kGone ? put_back() : leave_to(place));
    }

    /// After the file was deleted or renamed: all that it held goes where it was, for the system
    /// keeps the content while we have it open.
    bool put_back() {
        const bool done = attempt([this] {
            notebook_->leave_place(Notebook::Place::kGone);
            notebook_->copy_to(file_);
        });
        if (done) {
            notebook_.reset();
        }
        return done;
    }

    /// After another file was put in its place, which stays as it is: the record goes on beside it.
    bool leave_to(Notebook::Place place) {
        const std::string rescue = rescue_name(file_);
        const bool done = attempt([&] {
            notebook_->leave_place(place);
            if (place == Notebook::Place::kOverwritten) {
                copy_if_sound(rescue);
            } else {
                notebook_->copy_to(rescue);
            }
        });
        if (done) {
            notice_ = "the notebook \"" + file_ +
                      "\" was replaced by another file while it was in use; that one is left as it "
                      "is, and the record goes on in \"" +
                      rescue + "\", which `grokscope import` takes over";
            remedy_ = "grokscope import " + in_shell_quotes(rescue);
            file_ = rescue;
            notebook_.reset();
        }
        return done;
    }

    /// The overwritten notebook into a new file, as far as all of it is in memory; else nothing of
    /// it.
    void copy_if_sound(const std::string& file) {
        try {
            notebook_->copy_to(file);
            Notebook(file, Notebook::Access::kReadOnly).check_integrity();
        } catch (const NotebookError&) { // of the file, if it is one: opening it says so
            remove_notebook(file);
        }
    }

    void publish() {
        if (problem_.empty()) {
            refused_.clear(); // a way out that is not needed any more
        }
        StoreStatus status{file_,
                           refused_.empty() ? problem_ : problem_ + "; " + refused_,
                           problem_.empty() ? 0 : filer_.waiting(),
                           commits_,
                           numbers_,
                           notice_,
                           remedy_};
        rings_.status.publish(status);
        std::string file = file_;
        rings_.file_in_use.publish(file);
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
    std::string notice_;  ///< where the record goes on, when not where it began
    std::string remedy_;
    std::string lost_run_; ///< the filer's notice, when it was passed on
    std::string refused_;  ///< why the last request for another file was not obeyed
    Clock::time_point retry_at_{};
    std::optional<Clock::time_point> oldest_; ///< since when something waits
    std::uint64_t commits_ = 0;
    std::uint64_t folded_ = 0; ///< the transaction up to which the log is in the file
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
