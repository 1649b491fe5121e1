#include "collect/files/status_writer.hpp"

#include "base/files/durable_file.hpp"
#include "base/log.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace tscollect::collect {

namespace {

/// If a reader removes the file, it is not created again.
void write_status(const std::filesystem::path& path, const std::string& text, bool is_first) {
  if (!is_first && ::access(path.c_str(), F_OK) != 0) return;
  base::DurableFile file(path);
  file.write(text);
  file.publish(base::Sync::later);
}

}  // namespace

struct StatusWriter::Shared {
  std::filesystem::path path;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<std::string> next;  ///< waiting to be written
  bool writing = false;
  bool leave = false;
};

StatusWriter::StatusWriter(const std::filesystem::path& path) {
  status_.version = version;
  status_.state = options::RunState::starting;
  status_.pid = ::getpid();
  if (path.empty()) return;
  auto shared = std::make_shared<Shared>();
  std::error_code ignored;
  shared->path = std::filesystem::absolute(path, ignored);
  try {
    std::thread(write_requested, shared).detach();
    shared_ = std::move(shared);
  } catch (const std::system_error& error) {
    base::log("tscollect-mpi: --status-file: {}; sampling goes on without it\n", error.what());
  }
}

StatusWriter::~StatusWriter() {
  if (!shared_) return;
  const std::scoped_lock lock(shared_->mutex);
  shared_->leave = true;
  shared_->changed.notify_all();
}

void StatusWriter::update(const std::function<void(options::RunStatus&)>& change) {
  change(status_);
  if (!shared_) return;
  status_.updated = format_timestamp(wall_now());
  std::string text = options::status_json(status_);
  const std::scoped_lock lock(shared_->mutex);
  shared_->next = std::move(text);
  shared_->changed.notify_all();
}

void StatusWriter::flush(std::chrono::nanoseconds limit) {
  if (!shared_) return;
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait_for(lock, limit, [this] { return !shared_->next && !shared_->writing; });
}

void StatusWriter::write_requested(const std::shared_ptr<Shared>& shared) {
  bool is_first = true;
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->changed.wait(lock, [&] { return shared->next || shared->leave; });
    if (!shared->next) return;
    const std::string text = std::move(*shared->next);
    shared->next.reset();
    shared->writing = true;
    lock.unlock();
    try {
      write_status(shared->path, text, is_first);
    } catch (const std::exception& error) {
      if (is_first)
        base::log("tscollect-mpi: the status file cannot be written: {}; sampling goes on\n",
                  error.what());
    }
    is_first = false;
    lock.lock();
    shared->writing = false;
    shared->changed.notify_all();
  }
}

}  // namespace tscollect::collect
