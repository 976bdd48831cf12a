using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using RecOps.Server.Security.Keys;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// Limits sign-in attempts per address and attempts in flight, and serializes those for one name. It does not use the framework's
/// middleware, which never disposes its limiter: the timer would keep an ended server in memory for as long as the process lives. Safe from
/// any thread.
/// </summary>
internal sealed class SignInGate : IDisposable
{
    /// <summary>Places for strangers, and as many again for known browsers.</summary>
    public const int MostUnderway = 40;

    /// <summary>
    /// An estimate, for callers who find no place: a stranger's password takes about half a second, with the pause after it.
    /// </summary>
    private static readonly TimeSpan PlaceFrees = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string>? _byAddress;
    private readonly SemaphoreSlim[] _places = [new(MostUnderway), new(MostUnderway)];

    // A fixed number of shared locks: with one per attempted name, an attacker could fill the memory.
    private readonly SemaphoreSlim[] _strangers = NewTurns();
    private readonly SemaphoreSlim[] _known = NewTurns();

    public SignInGate(IOptions<RateLimitOptions> options)
    {
        if (!options.Value.Enabled)
            return;
        _byAddress = PartitionedRateLimiter.Create<string, string>(address =>
            RateLimitPartition.GetFixedWindowLimiter(
                address,
                _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.SignInsPerMinute, Window = Window }
            )
        );
    }

    /// <summary>Counts an attempt from an address.</summary>
    /// <returns>How long to wait when there were too many; null to continue.</returns>
    public TimeSpan? Count(IPAddress? address)
    {
        if (_byAddress is null)
            return null;
        using RateLimitLease lease = _byAddress.AttemptAcquire(NetworkOf(address));
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after
            : Window;
    }

    /// <summary>Takes a place in flight, and a turn among attempts for the same name or browser.</summary>
    /// <param name="isKnown">Whether this person has signed in from this browser before.</param>
    /// <returns>Dispose it to release both; null where there is no place.</returns>
    public async Task<IDisposable?> TryEnterAsync(string key, bool isKnown)
    {
        SemaphoreSlim places = _places[isKnown ? 1 : 0];
        if (!places.Wait(0))
            return null;
        SemaphoreSlim[] turns = isKnown ? _known : _strangers;
        SemaphoreSlim turn = turns[(uint)string.GetHashCode(key, StringComparison.Ordinal) % turns.Length];
        await turn.WaitAsync();
        return new Place(places, turn);
    }

    public static TimeSpan RetryAfter => PlaceFrees;

    public void Dispose() => _byAddress?.Dispose();

    private static SemaphoreSlim[] NewTurns() => [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>An IPv6 caller has the 2⁶⁴ addresses of its network, so these count as one.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private sealed class Place(SemaphoreSlim places, SemaphoreSlim turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Release();
            places.Release();
        }
    }
}
