#include "base/log.hpp"

#include "base/log_thread.hpp"
#include "base/text/printable.hpp"
#include "base/process/signal_block.hpp"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <fcntl.h>
#include <mutex>
#include <new>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

namespace tscollect::base {

namespace {

/// At most this much text waits for a slow reader of standard error; further messages are dropped
/// and counted.
constexpr std::size_t most_waiting_bytes = std::size_t{256} << 10;

void write_all(std::string_view words) noexcept {
  while (!words.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, words.data(), words.size());
    if (written >= 0) {
      words.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd room{STDERR_FILENO, POLLOUT, 0};
      static_cast<void>(::poll(&room, 1, -1));
    } else if (errno != EINTR) {
      return;
    }
  }
}

/// Queue of messages for standard error, and the thread that writes them and may block.
class MessageQueue {
 public:
  MessageQueue() {
    waiting_.reserve(most_waiting_bytes);
    in_hand_.reserve(most_waiting_bytes);
  }

  void push(std::string_view words) noexcept {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() + words.size() <= most_waiting_bytes)
        waiting_.append(words);
      else
        ++lost_;
    }
    changed_.notify_all();
  }

  void flush(std::chrono::nanoseconds longest) noexcept {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, std::chrono::steady_clock::now() + longest,
                        [this] { return waiting_.empty() && in_hand_.empty() && lost_ == 0; });
  }

  [[noreturn]] void write_for_ever() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return !waiting_.empty() || lost_ > 0; });
      std::swap(waiting_, in_hand_);
      const std::size_t lost = std::exchange(lost_, 0);
      lock.unlock();
      write_all(in_hand_);
      if (lost > 0)
        write_all(fmt::format(
            "tscollect: {} messages were lost here: standard error was not read\n", lost));
      lock.lock();
      in_hand_.clear();
      changed_.notify_all();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::string in_hand_;  ///< used by the writing thread alone while it is not empty
  std::size_t lost_ = 0;
};

/// Never destroyed: its thread may be blocked in a write when the process ends.
std::atomic<MessageQueue*> queue = nullptr;

/// Number of leading bytes that are written to standard error unchanged.
std::size_t harmless_prefix(std::string_view words) {
  std::size_t length = 0;
  for (;;) {
    length += base::printable_prefix(words.substr(length));
    if (length == words.size()) return length;
    const char next = words[length];
    if (next != '\n' && next != '\t' && next != '\r') return length;
    ++length;
  }
}

void pass_on(std::string_view words) noexcept {
  if (MessageQueue* const there = queue.load(); there != nullptr)
    there->push(words);
  else
    write_all(words);
}

}  // namespace

void write_log_text(std::string_view words) noexcept {
  std::size_t length = harmless_prefix(words);
  if (length == words.size()) return pass_on(words);
  try {
    std::string harmless;
    while (!words.empty()) {
      harmless += words.substr(0, length);
      words.remove_prefix(length);
      if (words.empty()) break;
      harmless += fmt::format("\\x{:02x}", static_cast<unsigned char>(words.front()));
      words.remove_prefix(1);
      length = harmless_prefix(words);
    }
    pass_on(harmless);
  } catch (const std::bad_alloc&) {
    return;  // dropped: nobody reads them
  }
}

void start_log_thread() {
  // Never freed: its thread runs until the process ends.
  auto* const made = new MessageQueue;  // NOLINT(cppcoreguidelines-owning-memory)
  const SignalBlock none;
  std::thread([made] { made->write_for_ever(); }).detach();
  queue = made;
}

void flush_log(std::chrono::nanoseconds longest) noexcept {
  if (MessageQueue* const there = queue.load(); there != nullptr) there->flush(longest);
}

void open_standard_streams() {
  int opened = 0;
  do opened = ::open("/dev/null", O_RDWR);
  while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened >= 0) ::close(opened);
}

}  // namespace tscollect::base
