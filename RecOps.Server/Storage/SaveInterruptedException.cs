using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Storage;

/// <summary>The connection was lost during a save: it may have succeeded, and only the answer was lost.</summary>
internal sealed class SaveInterruptedException(Exception cause)
    : DbUpdateException("The connection to the database was lost while saving changes.", cause);
