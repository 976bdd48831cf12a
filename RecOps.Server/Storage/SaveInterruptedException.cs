using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Storage;

/// <summary>The connection broke off while changes were being saved: they may have been, and only the answer was lost.</summary>
internal sealed class SaveInterruptedException(Exception cause)
    : DbUpdateException("The connection to the database broke off while changes were being saved.", cause);
