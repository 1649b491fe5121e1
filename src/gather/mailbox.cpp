#include "gather/mailbox.hpp"

#include "gather/counts.hpp"
#include "sampling/event_wait.hpp"

namespace tscollect::gather {

Mailbox::Mailbox() {
  MPI_Comm duplicate = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &duplicate));
  communicator_ = Communicator(duplicate);
  MPI_Comm_set_errhandler(duplicate, MPI_ERRORS_RETURN);
}

void Mailbox::post(int destination, Tag tag, std::string_view text) {
  drop_delivered();
  Pending& message = pending_.emplace_back(Pending{MPI_REQUEST_NULL, std::string(text)});
  if (MPI_Isend(message.text.data(), to_mpi_count(message.text.size()), MPI_BYTE, destination,
                static_cast<int>(tag), communicator_.get(), &message.request) != MPI_SUCCESS)
    pending_.pop_back();
}

void Mailbox::drop_delivered() {
  std::erase_if(pending_, [](Pending& message) {
    int done = 0;
    return MPI_Test(&message.request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done != 0;
  });
}

std::optional<Message> Mailbox::take(Tag tag, int source) {
  return take_any(static_cast<int>(tag), source);
}

std::optional<Message> Mailbox::take_any(int tag, int source) {
  int found = 0;
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Improbe(source, tag, communicator_.get(), &found, &handle, &status));
  if (found == 0) return std::nullopt;
  int size = 0;
  check_mpi(MPI_Get_count(&status, MPI_BYTE, &size));
  Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')};
  check_mpi(MPI_Mrecv(message.text.data(), size, MPI_BYTE, &handle, MPI_STATUS_IGNORE));
  return message;
}

void Mailbox::drain() {
  while (take_any(MPI_ANY_TAG, any_source)) {
  }
}

std::optional<Message> Mailbox::wait(Tag tag, int source, MonoTime deadline,
                                     std::chrono::nanoseconds pause) {
  for (;;) {
    if (auto message = take(tag, source)) return message;
    if (mono_now() >= deadline) return std::nullopt;
    record::nap(pause);
  }
}

}  // namespace tscollect::gather
