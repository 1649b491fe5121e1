#include "gather/mailbox.hpp"

#include "gather/counts.hpp"
#include "gather/kept_buffers.hpp"
#include "sampling/event_wait.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tscollect::gather {

namespace {

/// Also true if the request failed, as after the death of the other rank.
bool is_done(MPI_Request& request, bool* failed = nullptr) {
  int done = 0;
  const bool refused = MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS;
  if (failed != nullptr) *failed = refused;
  return refused || done != 0;
}

}  // namespace

Mailbox::Mailbox() {
  MPI_Comm duplicate = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &duplicate));
  communicator_ = Communicator(duplicate);
  MPI_Comm_set_errhandler(duplicate, MPI_ERRORS_RETURN);
}

Mailbox::~Mailbox() {
  drop_delivered();
  // A message that was not taken, or was only partly received.
  if (!outgoing_.empty())
    keep_until_exit(std::make_shared<std::list<Outgoing>>(std::move(outgoing_)));
  if (!incoming_.empty())
    keep_until_exit(std::make_shared<std::list<Incoming>>(std::move(incoming_)));
}

void Mailbox::post(int destination, Tag tag, std::string_view text) {
  drop_delivered();
  Outgoing& message = outgoing_.emplace_back(Outgoing{MPI_REQUEST_NULL, std::string(text)});
  if (MPI_Isend(message.text.data(), to_mpi_count(message.text.size()), MPI_BYTE, destination,
                static_cast<int>(tag), communicator_.get(), &message.request) != MPI_SUCCESS)
    outgoing_.pop_back();
}

void Mailbox::drop_delivered() {
  std::erase_if(outgoing_, [](Outgoing& message) { return is_done(message.request); });
}

std::optional<Message> Mailbox::take(Tag tag, int source) {
  return take_any(static_cast<int>(tag), source);
}

bool Mailbox::accept(int tag, int source) {
  int found = 0;
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Improbe(source, tag, communicator_.get(), &found, &handle, &status));
  if (found == 0) return false;
  int size = 0;
  check_mpi(MPI_Get_count(&status, MPI_BYTE, &size));
  Incoming& message = incoming_.emplace_back(
      Incoming{MPI_REQUEST_NULL,
               status.MPI_TAG,
               {status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')}});
  // Not MPI_Mrecv: only the beginning of a large message may have arrived, and its sender may be
  // suspended.
  check_mpi(MPI_Imrecv(message.message.text.data(), size, MPI_BYTE, &handle, &message.request));
  return true;
}

std::optional<Message> Mailbox::take_any(int tag, int source) {
  while (accept(tag, source)) {
  }
  std::set<std::pair<int, int>> held_up;  // keeps messages of one tag from one source in order
  for (auto each = incoming_.begin(); each != incoming_.end();) {
    const auto kind = std::pair(each->tag, each->message.source);
    const bool asked_for = (tag == MPI_ANY_TAG || tag == each->tag) &&
                           (source == any_source || source == each->message.source);
    bool failed = false;
    if (!asked_for || held_up.contains(kind)) {
      ++each;
    } else if (!is_done(each->request, &failed)) {
      held_up.insert(kind);
      ++each;
    } else {
      Message message = std::move(each->message);
      each = incoming_.erase(each);
      if (!failed) return message;
    }
  }
  return std::nullopt;
}

void Mailbox::drain() {
  while (take_any(MPI_ANY_TAG, any_source)) {
  }
}

std::optional<Message> Mailbox::wait(Tag tag, int source, base::Deadline deadline,
                                     std::chrono::nanoseconds pause) {
  for (;;) {
    if (auto message = take(tag, source)) return message;
    if (deadline.is_over()) return std::nullopt;
    sampling::nap(pause);
  }
}

}  // namespace tscollect::gather
