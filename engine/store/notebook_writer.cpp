#include "engine/store/notebook_writer.h"

#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/store/file_identity.h"
#include "engine/store/file_writer.h"
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

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kExisting = Notebook::Access::kExisting;

} // namespace

class NotebookWriter::Impl {
public:
    Impl(StoreRings& rings, WriterOptions options)
        : rings_(with_name(rings, options.file)), file_(options.file),
          wake_front_end_(std::move(options.wake_front_end)),
          file_writer_(std::move(options.provenance), std::move(options.owner),
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
                file_writer_.accept(std::move(*words)); // the user's last note, too
            }
        }
        save_all();
        if (problem_.empty() && notebook_) {
            attempt([this] { file_writer_.release(*notebook_); });
        }
        if (file_writer_.waiting() > 0) {
            return problem_; // rescue() has use for what is open
        }
        notebook_.reset();
        return {};
    }

    std::string rescue(const std::string& file) {
        if (std::string refused = change_file(file); !refused.empty()) {
            return refused;
        }
        if (problem_.empty()) {
            save_all();
        }
        if (problem_.empty()) {
            attempt([this] { file_writer_.release(*notebook_); });
        }
        notebook_.reset();
        return problem_;
    }

    void wait_until_opened() const { opened_.wait(); }

private:
    /// Who reads the notebook need not wait until it is open here.
    static StoreRings& with_name(StoreRings& rings, const std::string& file) {
        publish_in_use(rings, {file, std::nullopt});
        return rings;
    }

    static void publish_in_use(StoreRings& rings, const NotebookInUse& in_use) {
        for (Latest<NotebookInUse>* const to : {&rings.in_use, &rings.in_use_of_laboratory}) {
            NotebookInUse own = in_use; // it is swapped for what was there before
            to->publish(own);
        }
    }

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
        if (file_writer_.waiting() == 0 && problem_.empty()) {
            oldest_.reset();
            return std::nullopt;
        }
        if (!problem_.empty()) {
            return retry_at_;
        }
        if (file_writer_.urgent()) {
            return now;
        }
        if (!oldest_) {
            oldest_ = now;
        }
        return *oldest_ + kGather;
    }

    void drain() {
        while (std::optional<StoreItem> item = rings_.items.try_pop()) {
            file_writer_.accept(std::move(*item));
        }
    }

    void obey_requests() {
        while (std::optional<StoreRequest> request = rings_.requests.try_pop()) {
            if (const auto* save_as = std::get_if<store_request::SaveAs>(&*request)) {
                refused_ = change_file(with_home(save_as->file));
                publish();
            } else if (auto* words = std::get_if<store_request::Words>(&*request)) {
                file_writer_.accept(std::move(*words));
                continue;
            }
            retry_at_ = Clock::now();
        }
    }

    /// Goes on in another file, with what can be read of the present one. Why it does not, one
    /// sentence; else empty. Whether the other file is well is another matter: problem_.
    [[nodiscard]] std::string change_file(const std::string& file) {
        std::error_code ignored;
        try {
            if (std::filesystem::exists(file, ignored)) {
                throw name_is_taken(file);
            }
            // What cannot be read is lost with it; what waits is not.
            const bool ours = !notebook_ || notebook_->place() == Notebook::Place::kKept;
            (void)((notebook_ && copied([&] { notebook_->copy_to(file); })) ||
                   (ours && copied([&] { Notebook(file_, kRead).copy_to(file); })) ||
                   copied([&] { make_empty(file); }));
        } catch (const NotebookError& taken) {
            return taken.what();
        }
        notebook_.reset();
        file_ = file;
        open();
        return {};
    }

    /// Whether `copy` could be made; nothing is left of one that could not. Throws kExists.
    template <typename Work>
    static bool copied(Work copy) {
        try {
            copy();
            return true;
        } catch (const NotebookError& error) {
            if (error.problem() == NotebookProblem::kExists) {
                throw;
            }
        } catch (const std::exception&) { // opening the file will say why
        }
        return false;
    }

    /// A notebook of no runs in a new file, for the same people as the present one. Throws kExists.
    void make_empty(const std::string& file) const {
        Notebook(std::string(kInMemory), kWrite).copy_to(file);
        if (const auto rights = rights_of(file_)) {
            give_rights(file, *rights);
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

    /// For the first time, or anew after a failure: then the same file, which stays in our hands
    /// until it is open again, whatever happens to its name meanwhile.
    bool open() {
        return attempt([this] {
            Notebook opened(file_, notebook_ ? kExisting : kWrite);
            if (notebook_ && opened.identity() != notebook_->identity()) {
                throw is_being_replaced(file_);
            }
            use(std::move(opened));
        });
    }

    void use(Notebook opened) {
        file_writer_.use(opened);
        notebook_ = std::move(opened);
    }

    /// Whether what is open may be written to: after a failure, opened anew, it may be well again.
    [[nodiscard]] bool is_well() const {
        return notebook_ && (problem_.empty() || file_ == kInMemory);
    }

    [[nodiscard]] bool is_ready() { return (!notebook_ || keep_place()) && (is_well() || open()); }

    bool write() {
        return attempt([this] { file_writer_.write(*notebook_, Clock::now() + kTransaction); });
    }

    /// Whether writing failed because another process has put the notebook back.
    [[nodiscard]] bool is_elsewhere_now() {
        return notebook_ && notebook_->place() == Notebook::Place::kReplaced;
    }

    /// One transaction.
    void save() {
        const std::string before = problem_;
        const std::string notice_before = notice_;
        if (is_ready() && (write() || (is_elsewhere_now() && is_ready() && write()))) {
            ++commits_;
            oldest_.reset();
            take_notice();
        }
        std::vector<StoredNumber> numbers = file_writer_.numbers();
        const bool news = numbers != numbers_ || notice_ != notice_before;
        numbers_ = std::move(numbers);
        if (before != problem_ || !problem_.empty() || file_writer_.waiting() == 0 || news) {
            publish();
        }
    }

    void take_notice() {
        if (file_writer_.notice() != lost_run_) {
            lost_run_ = file_writer_.notice();
            notice_ = lost_run_;
            remedy_.clear();
            elsewhere_ = true;
        }
    }

    /// The rest, at the end: as long as it gets on.
    void save_all() {
        do {
            save();
        } while (problem_.empty() && file_writer_.waiting() > 0);
    }

    /// Whether the notebook lies where it is named, at the end of this call if not before it. What
    /// fails is tried again.
    bool keep_place() {
        Notebook::Place place = notebook_->place();
        if (place == Notebook::Place::kGone) {
            if (put_back()) {
                return true;
            }
            place = notebook_->place(); // somebody may have been quicker
        }
        return place == Notebook::Place::kKept ||
               (place != Notebook::Place::kGone && leave_to(place));
    }

    /// After the file was deleted or renamed: all that it held goes where it was, for the system
    /// keeps the content while we have it open.
    bool put_back() {
        return attempt([this] {
            notebook_->leave_place(Notebook::Place::kGone);
            notebook_->copy_to(file_);
            use(Notebook(file_, kExisting));
            notice_ =
                "the notebook \"" + file_ +
                "\" was deleted or renamed while it was in use; all that it held was written "
                "there anew" +
                (put_back_ == 0 ? "" : ", " + std::to_string(put_back_ + 1) + " times so far");
            ++put_back_;
        });
    }

    /// After another file was put in its place: when that is this very notebook, which another
    /// process wrote anew, the record goes on there.
    bool go_on_there() {
        if (identity_of(file_) == notebook_->identity()) {
            return false; // SQLite must not have one file open with two logs
        }
        try {
            // First looked at: a stranger's stays as it is.
            if (Notebook found(file_, kRead); !notebook_->was_put_back_in(found)) {
                return false;
            }
            Notebook opened(file_, kExisting);
            if (!notebook_->was_put_back_in(opened)) {
                return false;
            }
            use(std::move(opened));
        } catch (const NotebookError&) {
            return false;
        }
        notice_ =
            "the notebook \"" + file_ +
            "\" was deleted or renamed while it was in use; another process wrote all that it "
            "held there anew, and the record goes on in it";
        return true;
    }

    /// After other content was put in its place, which stays as it is: the record goes on beside
    /// it.
    bool leave_to(Notebook::Place place) {
        return attempt([&] {
            notebook_->leave_place(place);
            if (place == Notebook::Place::kReplaced && go_on_there()) {
                return;
            }
            const auto [beside, whole] = place == Notebook::Place::kOverwritten
                                             ? copy_if_sound()
                                             : std::pair(copy_beside(Notebook::Copy::kAny), true);
            const std::optional<std::int32_t> from = file_writer_.first_waiting();
            use(Notebook(beside, kExisting));
            notice_ = "the notebook \"" + file_ + "\" was " +
                      (place == Notebook::Place::kOverwritten ? "overwritten with other content"
                                                              : "replaced by another file") +
                      " while it was in use; " + what_is_left(whole, from) + " in \"" + beside +
                      "\", which `grokscope import` takes over";
            remedy_ = "grokscope import " + in_shell_quotes(beside);
            elsewhere_ = true;
            file_ = beside;
        });
    }

    static std::string what_is_left(bool whole, std::optional<std::int32_t> from) {
        if (whole) {
            return "that one is left as it is, and the record goes on";
        }
        return "what was recorded before is lost with it, and the record goes on from " +
               (from ? "epoch " + std::to_string(*from) : std::string("the next epoch")) +
               ", with nothing earlier,";
    }

    /// The overwritten notebook, as far as all of it is in memory; else nothing of it: false.
    std::pair<std::string, bool> copy_if_sound() {
        try {
            return {copy_beside(Notebook::Copy::kSound), true};
        } catch (const NotebookError& error) {
            if (error.problem() == NotebookProblem::kFull ||
                error.problem() == NotebookProblem::kLocked) {
                throw; // says nothing about what it holds
            }
            return {beside([&](const std::string& file) { make_empty(file); }), false};
        }
    }

    std::string copy_beside(Notebook::Copy copy) {
        return beside([&](const std::string& file) { notebook_->copy_to(file, copy); });
    }

    /// Has `make` make a file beside the present one, under the first name that nothing has, also
    /// not when it is made: another process may look for one at the same time. The name.
    template <typename Make>
    std::string beside(Make make) {
        for (;;) {
            std::string name = rescue_name(file_);
            try {
                make(name);
                return name;
            } catch (const NotebookError& error) {
                if (error.problem() != NotebookProblem::kExists) {
                    throw;
                }
            }
        }
    }

    void publish_place() {
        if (notebook_) { // else the last one can still be read
            publish_in_use(rings_, {file_, notebook_->identity()});
        }
    }

    void publish() {
        if (problem_.empty()) {
            refused_.clear(); // a way out that is not needed any more
        }
        StoreStatus status{file_,
                           refused_.empty() ? problem_ : problem_ + "; " + refused_,
                           problem_.empty() ? 0 : file_writer_.waiting(),
                           commits_,
                           numbers_,
                           notice_,
                           remedy_,
                           elsewhere_};
        rings_.status.publish(status);
        publish_place();
        if (wake_front_end_) {
            wake_front_end_();
        }
    }

    StoreRings& rings_;
    std::string file_;
    std::function<void()> wake_front_end_;
    FileWriter file_writer_;
    std::optional<Notebook> notebook_;
    std::string problem_; ///< why the last attempt failed; empty after a success
    std::string notice_;  ///< where the record goes on, when not where it began
    std::string remedy_;
    bool elsewhere_ = false;
    int put_back_ = 0;     ///< how often that was necessary
    std::string lost_run_; ///< the file_writer's notice, when it was passed on
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
