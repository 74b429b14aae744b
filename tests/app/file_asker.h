// A window without a window, for tests of the file worker: asks and collects the answers.
#pragma once

#include "app/files/file_worker.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>

namespace grokscope::app_test {

inline Picture picture(int width, int height, std::uint8_t shade) {
    Picture made{width, height, {}};
    made.pixels.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4,
                       shade);
    return made;
}

class Asker {
public:
    /// The answer that ends the job.
    FileReplyBody ask(FileRequestBody body) { return wait(send(next_job_++, std::move(body))); }
    std::uint64_t send(std::uint64_t job, FileRequestBody body) {
        FileRequest request{job, std::move(body)};
        EXPECT_TRUE(deadline_.wait_for([&] { return channels.requests.try_push(request); }));
        channels.doorbell.ring();
        return job;
    }
    FileReplyBody wait(std::uint64_t job) {
        EXPECT_TRUE(deadline_.wait_for([&] {
            collect();
            return ends_.contains(job);
        }));
        return ends_[job];
    }
    /// Until so many frames of a film are written.
    void wait_for_frame(int number) {
        EXPECT_TRUE(deadline_.wait_for([&] {
            collect();
            return progress >= number;
        }));
    }

    FileChannels channels;
    int progress = 0;

private:
    void collect() {
        while (auto reply = channels.replies.try_pop()) {
            if (const auto* frames = std::get_if<file_reply::FilmProgress>(&reply->body)) {
                progress = frames->frames;
            } else {
                ends_[reply->job] = std::move(reply->body);
            }
        }
    }

    test::Deadline deadline_;
    std::uint64_t next_job_ = 1;
    std::map<std::uint64_t, FileReplyBody> ends_;
    FileWorker worker_{channels, {}}; // last: its thread uses the channels
};

inline std::string sentence_of(const FileReplyBody& reply) {
    const auto* failed = std::get_if<file_reply::Failed>(&reply);
    return failed == nullptr ? std::string() : failed->sentence;
}

} // namespace grokscope::app_test
