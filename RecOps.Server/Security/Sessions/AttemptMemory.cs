using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// Failed passwords that have no row in the database: those from a known browser, and those for unknown names, which are locked like any
/// other so that nobody learns which names exist. The least recently used are evicted. Safe from any thread.
/// </summary>
internal sealed class AttemptMemory(IOptions<IdentityOptions> identity) : IDisposable
{
    private const int Most = 10_000;
    private readonly MemoryCache _attempts = new(new MemoryCacheOptions { SizeLimit = Most, CompactionPercentage = 0.1 });
    private readonly Lock _changes = new();

    public void Dispose() => _attempts.Dispose();

    /// <inheritdoc cref="Attempts.TryCount"/>
    public bool TryCount(string key, DateTimeOffset now, out Attempts after)
    {
        lock (_changes)
        {
            bool mayTry = (_attempts.TryGetValue(key, out Attempts before) ? before : default).TryCount(
                identity.Value.Lockout,
                now,
                out after
            );
            _attempts.Set(key, after, new MemoryCacheEntryOptions { Size = 1 });
            return mayTry;
        }
    }

    public void Forget(string key) => _attempts.Remove(key);
}
